/** What the committee asks of a language model, wherever it runs: one question, one short answer in a given form. */

/** A JSON schema, as servers take it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface ChatQuestion {
  /** The same for all texts of one task, so that servers need read it only once. */
  readonly system: string;
  /** The text that is asked about, and nothing else. */
  readonly user: string;
  readonly form: AnswerForm;
}

/** What an answer must look like. Servers that know the schema can say nothing else; all answers are checked by it. */
export interface AnswerForm {
  /** Letters and underscores, as servers want it. */
  readonly name: string;
  readonly schema: JsonSchema;
  /** An answer that is longer is cut by the server, and is then a failure. */
  readonly maxTokens: number;
}

export interface ChatAnswer {
  readonly text: string;
  /** Tokens as the server counted them, where it says so. */
  readonly usage?: TokenUsage;
}

export interface TokenUsage {
  readonly input: number;
  readonly output: number;
}

/** Where texts go when they are asked about. */
export interface Destination {
  /** What a person reads: 'localhost:11434', or a language model's vendor. */
  readonly host: string;
  readonly model: string;
  /** The texts stay on this computer. */
  readonly isLocal: boolean;
  readonly isEncrypted: boolean;
}

export interface ChatModel {
  readonly destination: Destination;
  /**
   * @throws AppError('chat/...') that says in one sentence what became of the question
   * @throws CancelledError
   */
  ask(question: ChatQuestion, signal: AbortSignal): Promise<ChatAnswer>;
}
