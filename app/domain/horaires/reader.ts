/** A text that is not understood: where, and why, in French. */
export class HorairesSyntaxError extends Error {
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.name = 'HorairesSyntaxError';
    this.position = position;
  }
}

/** Something that is read but surely not meant; to be shown to who wrote it. */
export interface Alerte {
  message: string;
  position: number;
}

/** A cursor over the text; every pattern is sticky, so that the work is linear in its length. */
export class Reader {
  readonly text: string;
  readonly alertes: Alerte[] = [];
  /** What the alertes are about: ranges, or the lists of those that have none. */
  readonly doutes = new Set<object>();
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  atEnd(): boolean {
    return this.position >= this.text.length;
  }

  sees(pattern: RegExp): boolean {
    pattern.lastIndex = this.position;
    return pattern.test(this.text);
  }

  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match) this.position = pattern.lastIndex;
    return match;
  }

  /** Takes a comma only where what follows belongs to the same list. */
  takeCommaBefore(pattern: RegExp): boolean {
    const at = this.position;
    if (this.take(/\s*,\s*/y) && this.sees(pattern)) return true;
    this.position = at;
    return false;
  }

  space(): void {
    this.take(/\s*/y);
  }

  alerte(message: string, { position, about }: { position: number; about: object }): void {
    this.alertes.push({ message, position });
    this.doutes.add(about);
  }

  error(message: string, position = this.position): HorairesSyntaxError {
    return new HorairesSyntaxError(message, position);
  }

  unexpected(): HorairesSyntaxError {
    if (this.atEnd()) return this.error('Le texte s’arrête trop tôt.');
    if (this.sees(/\(?(?:sunrise|sunset|dawn|dusk)/y)) return this.error('Les heures du soleil ne sont pas lues.');
    const word = /^(?:[\p{L}\d]+|.)/u.exec(this.text.slice(this.position, this.position + 30))?.[0] ?? '';
    return this.error(`« ${word} » n’est pas compris ici.`);
  }
}
