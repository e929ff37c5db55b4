import type { FieldName } from '#app/domain/standard.ts';

/** A file that is not a table of lieux. Its message is one French sentence for whoever chose the file. */
export class FichierIllisible extends Error {
  override name = 'FichierIllisible';
  /** The fields that no column gives, where that is why. */
  readonly absents: readonly FieldName[];
  constructor(message: string, { absents = [], ...options }: ErrorOptions & { absents?: readonly FieldName[] } = {}) {
    super(message, options);
    this.absents = absents;
  }
}
