/** Why a pod cannot be made ready, in one line for whoever deploys. Holds neither key nor signed URL. */
export class PreparationError extends Error {
  /** Whether trying again may help. */
  readonly passes: boolean;

  constructor(message: string, { passes, cause }: { passes: boolean; cause?: unknown }) {
    super(message, { cause });
    this.passes = passes;
  }
}
