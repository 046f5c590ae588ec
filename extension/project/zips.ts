/** Zips are read and written when a model is handed on: a bundle of its own, so that no start reads these libraries. */
export { openPromise as openZip } from 'yauzl';
export { ZipFile } from 'yazl';
