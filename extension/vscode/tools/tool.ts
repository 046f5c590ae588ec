/** A tool of the editor's agent mode: what is asked of the person before, and what the agent gets. */
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { editorInputs, type AgentToolName, type EditorInput } from '../../protocol/agentTools';
import { AppError, CancelledError } from '../../protocol/appError';
import { MissingError } from '../report';
import { signalOf } from '../signals';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';

export interface Tool<Name extends AgentToolName> {
  readonly name: Name;
  /** What the person is asked: what it does, and what of the texts reaches the language model. */
  asks(project: Project, input: EditorInput<Name>): { readonly title: string; readonly message: string };
  /** @throws AppError, CancelledError */
  run(project: Project, input: EditorInput<Name>, signal: AbortSignal): Promise<object>;
}

/** An agent hears what is missing or wrong as its answer, in a sentence that it can act on or hand on; a bug stays an error. */
export function registerTool<Name extends AgentToolName>(
  projects: Projects,
  log: vscode.LogOutputChannel,
  tool: Tool<Name>,
): vscode.Disposable {
  const prepareInvocation = async ({ input }: { readonly input: unknown }) => {
    try {
      const wanted = parsed(tool.name, input);
      const { title, message } = tool.asks(await projectOf(projects, wanted.classifier), wanted);
      // Names come from a file of the workspace: text, never markdown.
      const text = new vscode.MarkdownString().appendText(message);
      return { invocationMessage: title, confirmationMessages: { title, message: text } };
    } catch (error) {
      if (AppError.is(error)) return {}; // the call itself says so
      throw error;
    }
  };
  const invoke = async ({ input }: { readonly input: unknown }, token: vscode.CancellationToken) => {
    try {
      const wanted = parsed(tool.name, input);
      const project = await projectOf(projects, wanted.classifier);
      return said({ classifier: project.name, ...(await tool.run(project, wanted, signalOf(token))) });
    } catch (error) {
      if (error instanceof CancelledError) throw new vscode.CancellationError();
      if (!AppError.is(error)) throw error;
      log.warn(`${tool.name}: ${error.code}`);
      const next = error instanceof MissingError ? { thePersonCan: error.next.title } : {};
      return said({ error: error.message, ...next });
    }
  };
  return vscode.lm.registerTool(tool.name, { prepareInvocation, invoke });
}

/** The editor does not hold a call to the limits of its schema. @throws AppError('tool/bad-input') */
function parsed<Name extends AgentToolName>(name: Name, input: unknown): EditorInput<Name> {
  const { data, error } = z.safeParse(editorInputs[name], input);
  if (!error) return data as EditorInput<Name>;
  throw new AppError('tool/bad-input', `The input is not right. ${z.prettifyError(error)}`);
}

/** @throws MissingError when there is no classifier, AppError('tool/no-classifier') when none has this name */
async function projectOf(projects: Projects, name: string | undefined): Promise<Project> {
  const selected = await projects.required();
  if (name === undefined) return selected;
  const found = [selected, ...projects.all].find((project) => project.name === name);
  if (found) return found;
  const names = projects.all.map((project) => `“${project.name}”`).join(', ');
  throw new AppError('tool/no-classifier', `There is no classifier “${name}”, but ${names}.`);
}

function said(content: object): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(content))]);
}
