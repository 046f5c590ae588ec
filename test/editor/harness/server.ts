import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { ensureCodeServer } from './install.mjs';
import { outputFolder, uriPath } from './places';
import { markVariable, processTree, stillRunning } from './processTree.mjs';
import { until } from './until';

/** VS Code's settings.json. */
export type Settings = Record<string, unknown>;

export interface ServerOptions {
  /** Folder that `openWorkbench` opens when it is told no other. */
  readonly workspace: string;
  /** Unpacked extension: a folder with a `package.json` whose `main` is built. */
  readonly extensionDevelopmentPath?: string;
  /** Further unpacked extensions, beside that one. */
  readonly otherExtensions?: readonly string[];
  /** On top of the quiet defaults. */
  readonly settings?: Settings;
  /** 0, the default: a free one. */
  readonly port?: number;
  /** For the server, its extension host and what that starts. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ask whether the person trusts the workspace. Off by default: everything is trusted. */
  readonly workspaceTrust?: boolean;
  /** Needed to run tests inside the extension host. It also hides toasts. */
  readonly smokeTestDriver?: boolean;
  /** Names the log in `test-output/logs`; the workspace's name by default. */
  readonly name?: string;
}

const quietSettings: Settings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'window.autoDetectColorScheme': false,
  'window.autoDetectHighContrast': false,
  'workbench.reduceMotion': 'on',
  'remote.autoForwardPorts': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'git.enabled': false,
};

/** A VS Code server of this test's own: own port, own user data, own log. */
export class VsCodeServer {
  private stopping: Promise<void> | undefined;

  private constructor(
    readonly url: string,
    readonly options: ServerOptions,
    /** What the server and its extension host say, while they run. */
    readonly logFile: string,
    private readonly userData: string,
    private readonly mark: string,
    private readonly child: ChildProcessWithoutNullStreams,
  ) {}

  /**
   * @returns a server that answers; about a second once the tools are installed
   * @throws Error with the end of its log when it does not come up
   */
  static async start(options: ServerOptions): Promise<VsCodeServer> {
    const { node, codeServer } = await ensureCodeServer();
    const userData = await mkdtemp(join(tmpdir(), 'nanonet-vscode-'));
    const mark = randomUUID();
    const settings = {
      ...quietSettings,
      ...(options.workspaceTrust === true && { 'security.workspace.trust.enabled': true }),
      ...options.settings,
    };
    await mkdir(join(userData, 'User'), { recursive: true });
    await writeFile(join(userData, 'User', 'settings.json'), JSON.stringify(settings, null, 2));
    await writeFile(join(userData, 'config.yaml'), '');
    if (options.extensionDevelopmentPath !== undefined)
      await install([options.extensionDevelopmentPath, ...(options.otherExtensions ?? [])], userData);

    const name = options.name ?? basename(resolve(options.workspace));
    const logFile = join(await outputFolder('logs'), `${name}-${mark.slice(0, 8)}.log`);
    const log = createWriteStream(logFile);
    const guard = join(import.meta.dirname, 'guard.mjs');
    const child = spawn(node, [guard, userData, node, codeServer, ...serverArguments(options, userData)], {
      env: serverEnvironment(node, userData, mark, options.env),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    try {
      return new VsCodeServer(await listening(child, log), options, logFile, userData, mark, child);
    } catch (error) {
      child.stdin.end();
      throw error;
    }
  }

  /** Process ids of the server and of all that it started, the extension's own processes included. */
  get processes(): number[] {
    return processTree(this.child.pid ?? 0, this.mark);
  }

  /**
   * An address that opens a folder in the workbench.
   *
   * @param payload VS Code's start options as name and value; a built VS Code heeds them with the smoke-test driver only
   */
  workbenchUrl(
    folder = this.options.workspace,
    payload: readonly (readonly [string, string])[] = [],
  ): string {
    const query = new URLSearchParams({ folder: uriPath(folder) });
    if (payload.length > 0) query.set('payload', JSON.stringify(payload));
    return `${this.url}/?${query.toString()}`;
  }

  /** A file of this machine as the browser's VS Code names it. */
  remoteUri(path: string): string {
    return `vscode-remote://${new URL(this.url).host}${encodeURI(uriPath(path))}`;
  }

  /**
   * Merges into the person's settings. A window takes them up when it loads; for one that is open, write the workspace's
   * `.vscode/settings.json`, which VS Code watches.
   */
  async updateSettings(changes: Settings): Promise<void> {
    const file = join(this.userData, 'User', 'settings.json');
    const settings = JSON.parse(await readFile(file, 'utf8')) as Settings; // VS Code writes to it too
    await writeFile(file, JSON.stringify({ ...settings, ...changes }, null, 2));
  }

  /** Ends the server with all that it started, keeps its logs and removes its user data. May be called twice. */
  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    const before = this.processes;
    this.child.stdin.on('error', () => undefined); // it ended before: nothing to tell
    const ended = this.child.exitCode === null ? once(this.child, 'exit') : undefined;
    this.child.stdin.end('keep');
    await ended;
    await until('VS Code to end', () => this.processes.length === 0 && stillRunning(before).length === 0);
    const logs = this.logFile.replace(/\.log$/, '');
    for (const folder of ['logs', 'coder-logs']) {
      await cp(join(this.userData, folder), logs, { recursive: true }).catch(() => undefined); // neither must exist
    }
    await rm(this.userData, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Starts a VS Code of the test's own. Stop it in `afterAll`. */
export function startVsCode(options: ServerOptions): Promise<VsCodeServer> {
  return VsCodeServer.start(options);
}

/**
 * Names the unpacked extensions in the server's list of installed ones. (`extensionDevelopmentPath` in the address would
 * need the smoke-test driver, which hides the toasts.)
 */
async function install(extensions: readonly string[], userData: string): Promise<void> {
  const installed = await Promise.all(
    extensions.map(async (extension) => {
      const manifest = JSON.parse(await readFile(join(extension, 'package.json'), 'utf8')) as Record<
        string,
        string
      >;
      const { publisher, name, version } = manifest;
      return {
        identifier: { id: `${publisher}.${name}` },
        version,
        location: { $mid: 1, scheme: 'file', path: uriPath(extension) },
        metadata: { installedTimestamp: Date.now(), pinned: true, source: 'vsix' },
      };
    }),
  );
  await mkdir(join(userData, 'extensions'), { recursive: true });
  await writeFile(join(userData, 'extensions', 'extensions.json'), JSON.stringify(installed));
}

function serverArguments(options: ServerOptions, userData: string): string[] {
  return [
    ...['--bind-addr', `127.0.0.1:${options.port ?? 0}`],
    ...['--auth', 'none'],
    // Without these three it would write into the person's own folders.
    ...['--config', join(userData, 'config.yaml')],
    ...['--user-data-dir', userData],
    ...['--extensions-dir', join(userData, 'extensions')],
    '--disable-telemetry',
    '--disable-update-check',
    ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
    '--disable-getting-started-override',
    '--ignore-last-opened',
    ...(options.smokeTestDriver === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
}

/**
 * What the test runner, npm or a surrounding VS Code put into the environment stays out: `VSCODE_IPC_HOOK_CLI`, for one,
 * makes code-server open a window of that other VS Code instead of serving.
 */
function serverEnvironment(
  node: string,
  userData: string,
  mark: string,
  extra: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  const foreign =
    /^(npm_|VSCODE_|CODE_SERVER_|CS_|VITEST|NODE_|ELECTRON_|PORT$|PASSWORD$|HASHED_PASSWORD$|TEST$)/i;
  const inherited = Object.entries(process.env).filter(([key]) => !foreign.test(key));
  return {
    ...Object.fromEntries(inherited),
    PATH: [dirname(node), process.env['PATH']].join(delimiter),
    EXTENSIONS_GALLERY: '{}',
    XDG_CONFIG_HOME: join(userData, 'config'),
    XDG_DATA_HOME: join(userData, 'data'),
    XDG_RUNTIME_DIR: userData, // its sockets, which would stay in the temp folder
    [markVariable]: mark,
    ...extra,
  };
}

/** @returns the address that the server says it listens on */
function listening(child: ChildProcessWithoutNullStreams, log: WriteStream): Promise<string> {
  return new Promise((done, fail) => {
    let said = '';
    const giveUp = (why: string) => {
      clearTimeout(timer);
      fail(new Error(`VS Code did not start: ${why}\n${said.slice(-2000)}`));
    };
    const timer = setTimeout(() => giveUp('it did not listen within 60 s.'), 60_000);
    const hear = (data: Buffer) => {
      log.write(data);
      said = (said + data.toString()).slice(-10_000);
      const address = /HTTP server listening on (http:\/\/[\d.]+:\d+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      done(address);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', (error) => giveUp(error.message));
    child.on('close', (code) => {
      log.end();
      giveUp(`it ended with exit code ${code ?? 'none'}.`);
    });
  });
}
