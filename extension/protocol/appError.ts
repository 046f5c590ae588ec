/** Codes are `room/what`, stable, and never shown alone: the message is for the person. */
export type ErrorCode = `${string}/${string}`;

/**
 * An error that a person can act on: one sentence that says what is wrong, where, and what to do.
 * Anything else that is thrown is a bug, and is shown and logged as one.
 */
export class AppError extends Error {
  override readonly name = 'AppError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  static is(error: unknown, code?: ErrorCode): error is AppError {
    return error instanceof AppError && (code === undefined || error.code === code);
  }
}

/** Thrown when an `AbortSignal` fired; neither a user error nor a bug. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor() {
    super('Cancelled.');
  }

  static throwIf(signal: AbortSignal | undefined): void {
    if (signal?.aborted) throw new CancelledError();
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
