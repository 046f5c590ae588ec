/** The libraries of a queue in Redis: a bundle of its own, so that commands without `--queue` do not read them. Nothing of NanoNet is in it. */
export { Queue, UnrecoverableError, Worker } from 'bullmq';
export { Redis } from 'ioredis';
