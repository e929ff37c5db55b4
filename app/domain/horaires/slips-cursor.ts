import type { Half } from './slips-ranges.ts';
import { Unclear } from './slips-unclear.ts';
import type { Placed, Token } from './slips-words.ts';

/** What stands between two things that are said: nothing but small words, a line break or a semicolon, a full stop. */
export type Gap = null | 'apart' | 'stop';

/** Goes through the words of a text, one after the other. */
export class SlipCursor {
  protected index = 0;
  protected readonly tokens: readonly Placed[];
  protected readonly length: number;

  constructor(tokens: readonly Placed[], length: number) {
    this.tokens = tokens;
    this.length = length;
  }

  protected peek(offset = 0): Placed | undefined {
    return this.tokens[this.index + offset];
  }

  /** How what follows stands apart. */
  protected skipLinks(): Gap {
    let apart: Gap = null;
    for (let token = this.peek(); token?.kind === 'lien'; token = this.peek()) {
      if (token.word === 'ou') throw new Unclear('« ou » : lequel des deux ?', token.position);
      if (token.word === ';' || token.word === '|') apart = token.stop || apart === 'stop' ? 'stop' : 'apart';
      this.index++;
    }
    return apart;
  }

  protected here(): number {
    return this.peek()?.position ?? this.length;
  }

  protected takeKind(kind: Token['kind']): boolean {
    if (this.peek()?.kind !== kind) return false;
    this.index++;
    return true;
  }

  protected takeRdv(): string | null {
    const token = this.peek();
    if (token?.kind !== 'rdv') return null;
    this.index++;
    return token.mention;
  }

  protected takeHalf(): Half | null {
    const token = this.peek();
    if (token?.kind !== 'demi') return null;
    this.index++;
    return token.moment;
  }

  /** `de`, `le`, `,` between days and hours, as in "lundi, de 9h à 12h". */
  protected skipPlainLinks(): void {
    while (this.isPlainLink(this.peek())) this.index++;
  }

  protected isPlainLink(token: Placed | undefined): boolean {
    return token?.kind === 'lien' && PLAIN_LINKS.has(token.word);
  }

  protected isOr(): boolean {
    const token = this.peek();
    return token?.kind === 'lien' && token.word === 'ou';
  }
}

const PLAIN_LINKS: ReadonlySet<string> = new Set(['de', ',', '-', '|']);
