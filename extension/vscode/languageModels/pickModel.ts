/** Whom to ask: a language model of the editor's, or the endpoint that the settings name. */
import * as vscode from 'vscode';
import { AppError, CancelledError } from '../../protocol/appError';
import type { ChatModel, Destination } from '../../chat/chatModel';
import type { Consent } from '../../chat/consent';
import { destinationOf as endpointDestination } from '../../chat/endpoint';
import { OpenAiModel } from '../../chat/openAiModel';
import { endpointSettings } from '../settings';
import type { EndpointKeys } from './endpointKeys';
import { destinationOf, EditorModel } from './languageModel';

/** A model that may be asked, once a person agrees to it. */
export interface PickedModel {
  readonly destination: Destination;
  /** @throws AppError('chat/no-consent') */
  open(consent: Consent): ChatModel;
}

/** @throws AppError('committee/no-model') where there is none, CancelledError */
export async function pickModel(keys: EndpointKeys): Promise<PickedModel> {
  const models = await offered(keys);
  const [first] = models;
  if (first === undefined) {
    throw new AppError(
      'committee/no-model',
      vscode.l10n.t(
        'There is no language model to ask: set “nanonet.committee.endpoint” and “nanonet.committee.model”, or install an extension that brings one.',
      ),
    );
  }
  if (models.length === 1) return first;
  const items = models.map((model) => ({
    label: model.destination.model,
    description: model.destination.host,
    model,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Ask which language model?'),
    matchOnDescription: true,
  });
  if (!picked) throw new CancelledError();
  return picked.model;
}

async function offered(keys: EndpointKeys): Promise<PickedModel[]> {
  const models: PickedModel[] = [];
  const { url, model } = endpointSettings();
  if (url !== '') {
    const key = await keys.of(url);
    const endpoint = { url, model, ...(key !== undefined && { key }) };
    models.push({
      destination: endpointDestination(endpoint),
      open: (consent) => new OpenAiModel(endpoint, consent),
    });
  }
  const chats = await vscode.lm.selectChatModels();
  const opened = chats.map((chat): PickedModel => {
    return { destination: destinationOf(chat), open: (consent) => new EditorModel(chat, consent) };
  });
  return [...models, ...opened];
}
