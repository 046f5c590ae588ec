/** Formats that need large libraries: a bundle of its own, which is loaded when one of them is first met. */
export { pageText } from './html';
export { mailText } from './mail';
export { markdownBlocks } from './markdown';
export { beginsAsMailbox, readMailbox } from './mbox';
export { ByteWriter, ParquetWriter } from 'hyparquet-writer';
