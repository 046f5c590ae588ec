/** A Redis of a test's own, with an append-only file: killed, and started again on what it has written. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { ensureRedis } from '../editor/harness/install.mjs';

export class RedisServer {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly program: string,
    private readonly folder: string,
    readonly port: number,
  ) {}

  static async start(): Promise<RedisServer> {
    const program = await ensureRedis((line) => console.log(line));
    const server = new RedisServer(
      program,
      await mkdtemp(join(tmpdir(), 'nanonet-redis-')),
      await freePort(),
    );
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const where = ['--bind', '127.0.0.1', '--port', String(this.port), '--dir', this.folder];
    this.process = spawn(this.program, [...where, '--save', '', '--appendonly', 'yes'], { stdio: 'ignore' });
    await this.asked((redis) => redis.ping());
  }

  /** Without a word, as by the lack of memory. */
  async kill(): Promise<void> {
    if (!this.process) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
    this.process = undefined;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async asked<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.port, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 20 });
    redis.on('error', () => undefined); // it is starting
    try {
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }

  /** How many shards workers are at. */
  active(): Promise<number> {
    return this.asked(async (redis) => {
      const [key] = await redis.keys('nanonet:*:active');
      return key === undefined ? 0 : redis.llen(key);
    });
  }

  /** The most memory that it has used since it was started, in bytes. */
  async peak(): Promise<number> {
    const memory = await this.asked((redis) => redis.info('memory'));
    return Number(/used_memory_peak:(\d+)/.exec(memory)?.[1]);
  }

  /** Of the shards that are in the queue, wherever in it. */
  shards(): Promise<string[]> {
    return this.asked((redis) => redis.keys('nanonet:*:s*')).then((keys) =>
      keys.filter((key) => /:s[0-9a-f]{64}$/.test(key)),
    );
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
