import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repository, testOutput } from '../../editor/harness/places';
import type { Measured } from '../framework';

/** The suites that call every tool: over standard input with the official SDK's client, and by `vscode.lm.invokeTool` in a real VS Code. */
const suites = {
  protocol: { project: 'engine', file: 'test/engine/cli.test.ts', only: 'trains|serves a model to agents' },
  editor: { project: 'editor', file: 'test/editor/tools.test.ts', only: '' },
} as const;

export async function agentSession(): Promise<Measured> {
  const protocol = await passed('protocol');
  const editor = await passed('editor');
  return {
    figure:
      `a session of the MCP server with the client of @modelcontextprotocol/sdk ${protocol ? 'passed' : 'failed'}; ` +
      `the tools called through vscode.lm.invokeTool ${editor ? 'passed' : 'failed'}`,
    ok: protocol && editor,
  };
}

async function passed(name: keyof typeof suites): Promise<boolean> {
  const { project, file, only } = suites[name];
  const report = join(testOutput, 'accept', `agents-${name}.json`);
  await mkdir(join(testOutput, 'accept'), { recursive: true });
  await rm(report, { force: true });
  const program = join(repository, 'node_modules', 'vitest', 'vitest.mjs');
  const filter = only === '' ? [] : ['-t', only];
  const args = [program, 'run', '--project', project, file, ...filter];
  const outputs = ['--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(process.execPath, [...args, ...outputs], { cwd: repository, stdio: 'ignore' });
  const code = await new Promise((resolve) => child.on('close', resolve));
  const { numPassedTests } = JSON.parse(await readFile(report, 'utf8')) as { numPassedTests: number };
  return code === 0 && numPassedTests > 0;
}
