/** The entry of a process that tries a device for the engine. */
import { serveDevice } from './runtime/deviceProcess';

serveDevice();
