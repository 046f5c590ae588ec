import { randomUUID } from 'node:crypto';
import { appendFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { launchChromium } from './chromium';
import { startVsCode, type Settings } from './server';

/** What became of one test in the extension host. */
export interface HostTestResult {
  /** Suites and test, joined by spaces. */
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Message and stack, null unless it failed. */
  readonly error: string | null;
  readonly durationMs: number;
}

export interface HostTestsOptions {
  readonly extensionDevelopmentPath: string;
  /** A module that exports `run(): Promise<void>`; see `bundleHostTests`. */
  readonly extensionTestsPath: string;
  readonly workspace: string;
  /** Environment of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  readonly settings?: Settings;
  /** For the whole suite; 120 s by default. */
  readonly timeoutMs?: number;
}

export interface HostTestsOutcome {
  /** 0 when all passed. */
  readonly exitCode: number;
  /** What the tests wrote to their console. */
  readonly log: string;
  /** Empty when the runner itself could not be loaded. */
  readonly results: readonly HostTestResult[];
}

/**
 * Runs a suite inside a real extension host, as `--extensionTestsPath` does on the desktop. Takes 5 to 15 s.
 *
 * It is not the desktop: the UI kind is web, `env.remoteName` is set, and Node is not Electron's.
 *
 * @throws Error with the log when the suite does not end in time
 */
export async function hostTests(options: HostTestsOptions): Promise<HostTestsOutcome> {
  const resultsFile = join(tmpdir(), `nanonet-host-${randomUUID()}.json`);
  const { workspace } = options;
  const server = await startVsCode({
    workspace,
    smokeTestDriver: true,
    name: 'host-tests',
    ...(options.settings !== undefined && { settings: options.settings }),
  });
  try {
    const url = server.workbenchUrl(workspace, [
      ['extensionDevelopmentPath', server.remoteUri(options.extensionDevelopmentPath)],
      ['extensionTestsPath', server.remoteUri(options.extensionTestsPath)],
      ['extensionEnvironment', JSON.stringify({ ...options.env, NANONET_HOST_RESULTS: resultsFile })],
    ]);
    const { exitCode, log } = await untilExit(url, options.timeoutMs ?? 120_000);
    await appendFile(server.logFile, log);
    return { exitCode, log, results: await readResults(resultsFile) };
  } finally {
    await server.stop();
    await rm(resultsFile, { force: true });
  }
}

/** Opens the workbench, which runs the tests and then calls `codeAutomationExit`. */
async function untilExit(url: string, timeoutMs: number): Promise<{ exitCode: number; log: string }> {
  const browser = await launchChromium();
  let log = '';
  try {
    const page = await browser.newPage();
    await page.exposeFunction('codeAutomationLog', (kind: string, words: unknown[]) => {
      log += `${kind}: ${words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' ')}\n`;
    });
    let timer: NodeJS.Timeout | undefined;
    const exited = new Promise<number>((done, fail) => {
      timer = setTimeout(
        () => fail(new Error(`Host tests did not end within ${timeoutMs / 1000} s.\n${log}`)),
        timeoutMs,
      );
      void page.exposeFunction('codeAutomationExit', done).then(() => page.goto(url), fail);
    });
    return { exitCode: await exited.finally(() => clearTimeout(timer)), log };
  } finally {
    await browser.close();
  }
}

async function readResults(file: string): Promise<HostTestResult[]> {
  const json = await readFile(file, 'utf8').catch(() => '[]'); // no file: the runner was never reached, the log says why
  return JSON.parse(json) as HostTestResult[];
}
