/** The tools that the editor's agent mode may use. They read, and change nothing. */
import * as vscode from 'vscode';
import { excerptLength, suggestPatienceMs } from '../../protocol/agentTools';
import { CorpusQuestions } from '../classification/corpusQuestions';
import { requiredModel } from '../classification/requiredModel';
import type { EngineHost } from '../engineHost';
import { count } from '../format';
import { device } from '../settings';
import type { Projects } from '../workspace/projects';
import { registerTool, type Tool } from './tool';

/** @param base the embedded base model */
export function registerAgentTools(
  projects: Projects,
  engine: EngineHost,
  base: string,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  return vscode.Disposable.from(
    registerTool(projects, log, listLabels(projects)),
    registerTool(projects, log, classifyText(engine)),
    registerTool(projects, log, suggestTexts(engine, base)),
  );
}

function listLabels(projects: Projects): Tool<'list_labels'> {
  return {
    name: 'list_labels',
    asks: ({ name }) => ({
      title: vscode.l10n.t('List the labels of {0}', name),
      message: vscode.l10n.t(
        'The language model gets the names and descriptions of the labels, and how many texts have each. It gets no text.',
      ),
    }),
    run: async (project) => {
      const counts = project.labelCounts();
      const { model } = project;
      return {
        labels: project.classifier.labels.map(({ name, description }) => ({
          name,
          ...(description !== undefined && { description }),
          labelled: counts.get(name) ?? 0,
        })),
        ...(model && { model: project.nameOf(model) }),
        otherClassifiers: projects.all.filter((other) => other !== project).map(({ name }) => name),
      };
    },
  };
}

function classifyText(engine: EngineHost): Tool<'classify_text'> {
  return {
    name: 'classify_text',
    asks: ({ name }, { texts }) => ({
      title:
        texts.length === 1
          ? vscode.l10n.t('Classify a text with {0}', name)
          : vscode.l10n.t('Classify {0} texts with {1}', count(texts.length), name),
      message: vscode.l10n.t(
        'The classifier reads what the language model has sent, on this computer. The language model gets labels and scores.',
      ),
    }),
    run: async (project, { texts }, signal) => {
      const model = requiredModel(project);
      const client = await engine.client();
      const answers = await client.classify({ modelDir: model.dir, texts, device: device() }, { signal });
      return {
        model: project.nameOf(model),
        answers: answers.map(({ label, score, runnerUp, abstained }) => ({
          ...{ label, score, abstained },
          ...(runnerUp && { runnerUp }),
        })),
      };
    },
  };
}

function suggestTexts(engine: EngineHost, base: string): Tool<'suggest_texts_to_label'> {
  return {
    name: 'suggest_texts_to_label',
    asks: ({ name, folder }, { count: most }) => ({
      title: vscode.l10n.t('Suggest texts to label for {0}', name),
      message: vscode.l10n.t(
        'The texts of {0} are read on this computer. The language model gets where {1} of them stand, and of each the first {2} characters.',
        folder.name,
        count(most),
        excerptLength,
      ),
    }),
    run: async (project, { count: most }, signal) => {
      const { texts } = await project.texts.readCorpus();
      const waiting = { asker: 'agent', patienceMs: suggestPatienceMs };
      const questions = new CorpusQuestions(project, engine, base, () => texts, waiting);
      const byId = new Map(texts.map((text) => [text.id, text]));
      const suggested = await questions.suggested(most, signal);
      return {
        suggestions: suggested.flatMap(({ id, reason }) => {
          const found = byId.get(id);
          if (!found) return [];
          const { path, part, line, text } = found;
          const place = { path, ...(part !== undefined && { part }), ...(line !== undefined && { line }) };
          return [{ ...place, excerpt: text.slice(0, excerptLength), reason }];
        }),
        settled: questions.isSettled,
      };
    },
  };
}
