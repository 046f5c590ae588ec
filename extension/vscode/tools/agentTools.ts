/** The tools that the editor's agent mode may use. They read, and change nothing. */
import * as vscode from 'vscode';
import { excerptLength, suggestPatienceMs } from '../../protocol/agentTools';
import { AppError } from '../../protocol/appError';
import { noneOfThese } from '../../protocol/engineApi';
import { Breaths } from '../../project/breaths';
import { answerIn, type StoredPrediction } from '../../project/predictionLine';
import { CorpusQuestions } from '../classification/corpusQuestions';
import { requiredModel } from '../classification/requiredModel';
import type { EngineHost } from '../engineHost';
import { count } from '../format';
import { device } from '../settings';
import type { Results } from '../results/results';
import { noResults } from '../results/shownResults';
import type { Projects } from '../workspace/projects';
import { registerTool, type Tool } from './tool';

/** @param base the embedded base model */
export function registerAgentTools(
  projects: Projects,
  engine: EngineHost,
  results: Results,
  base: string,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  return vscode.Disposable.from(
    registerTool(projects, log, listLabels(projects)),
    registerTool(projects, log, classifyText(engine)),
    registerTool(projects, log, findTexts(results)),
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

function findTexts(results: Results): Tool<'find_texts_by_label'> {
  return {
    name: 'find_texts_by_label',
    asks: ({ name, folder }, { label, count: most }) => ({
      title: vscode.l10n.t('Find texts that {0} takes for {1}', name, label),
      message: vscode.l10n.t(
        'Among the results of {0}. The language model gets where at most {1} texts stand, how sure the answers are, and how each text begins.',
        folder.name,
        count(most),
      ),
    }),
    run: async (project, { label, least, count: most }, signal) => {
      const known = [...project.classifier.labels.map(({ name }) => name), noneOfThese];
      if (!known.includes(label)) {
        throw new AppError(
          'tool/no-label',
          `There is no label “${label}”, but ${known.map((name) => `“${name}”`).join(', ')}.`,
        );
      }
      const store = await results.of(project);
      if (store.size === 0) throw noResults(project);
      const breaths = new Breaths(signal);
      const found: StoredPrediction[] = [];
      for (const prediction of store.all()) {
        if (prediction.label === label && prediction.score >= least) found.push(prediction);
        await breaths.breathe();
      }
      found.sort((a, b) => b.score - a.score);
      const texts = found.slice(0, most).map(({ path, part, line, excerpt, model, ...answer }) => ({
        path,
        ...(part !== undefined && { part }),
        ...(line !== undefined && { line }),
        ...{ ...answerIn(answer), model, excerpt },
      }));
      return { texts, of: found.length };
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
