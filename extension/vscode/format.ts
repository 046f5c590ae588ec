/** Numbers and times as the trees, the status bar and the log write them. */
import * as vscode from 'vscode';
import type { SourceDefinition } from '../project/classifier';
import type { TrainResult, TrainSnapshot } from '../protocol/snapshot';

/** Of the model that was made: its row comes first, what it is compared with after it. */
export function accuracyOf(result: TrainResult | undefined): string | undefined {
  return result?.rows[0]?.accuracy.toFixed(2);
}

/** Where texts come from: a pattern, and what of its files when it is not all. */
export function sourceName(source: SourceDefinition): string {
  if (source.kind === 'commits') return vscode.l10n.t('commit messages');
  return source.kind === 'comments' ? vscode.l10n.t('comments in {0}', source.glob) : source.glob;
}

export function count(value: number): string {
  return value.toLocaleString(vscode.env.language);
}

export function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} MB`;
}

/** 'today 14:05', else the day. */
export function dayOf(date: Date, now: Date = new Date()): string {
  const time = date.toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' });
  if (date.toDateString() === now.toDateString()) return vscode.l10n.t('today {0}', time);
  return date.toLocaleDateString(vscode.env.language);
}

/** '42 % · 1 min', without the time until it can be told. */
export function progressOf({ fraction, remainingMs }: TrainSnapshot): string {
  const share = `${Math.floor(fraction * 100)} %`;
  return remainingMs === undefined ? share : `${share} · ${remaining(remainingMs)}`;
}

/** '40 s', '3 min'. */
export function remaining(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? vscode.l10n.t('{0} s', seconds) : vscode.l10n.t('{0} min', Math.round(seconds / 60));
}
