import { SlipCursor } from './slips-cursor.ts';
import { checkHalf, type Half, NOON, rangeOf } from './slips-ranges.ts';
import { type Condition, type Placed, SAYS_DAYS, type Token, Unclear } from './slips-words.ts';
import type { Choices } from './slips-write.ts';
import type { TimeRange } from './week.ts';

/** A section while it is read. */
export interface Draft {
  days: number[];
  nth: number[];
  condition: Condition | null;
  /** Whether its condition came before its days, and so may hold for the sections after it. */
  announced: boolean;
  feries: boolean;
  ranges: TimeRange[];
  ferme: boolean;
  rdv: string | null;
  /** By appointment in its last range only. */
  lastOnly: boolean;
  half: Half | null;
  position: number;
}

/** Reads what is said of days that are known: hours, closed, by appointment. */
export class HoursReader extends SlipCursor {
  protected readonly choices: Choices;

  constructor(tokens: readonly Placed[], length: number, choices: Choices = {}) {
    super(tokens, length);
    this.choices = choices;
  }

  /** The hours of a day that is known: every word must be about hours. */
  readHoursOnly(): Draft {
    const draft = this.draft();
    this.skipLinks();
    const first = this.peek();
    if (first && !SAYS_DAYS.has(first.kind)) this.hoursOf(draft);
    this.skipLinks();
    if (this.peek()) throw new Unclear('Seules les heures de ce jour sont attendues ici.', this.here());
    const last = this.tokens.at(-1);
    if (!last || last.kind === 'lien')
      throw new Unclear(last ? 'Le texte semble coupé.' : 'Il manque les heures.', last?.position ?? 0);
    return draft;
  }

  protected draft(): Draft {
    return {
      days: [],
      nth: [],
      condition: null,
      announced: false,
      feries: false,
      ranges: [],
      ferme: false,
      rdv: null,
      lastOnly: false,
      half: null,
      position: this.here(),
    };
  }

  /** What is said of the days: closed, by appointment, hours; a closed morning or afternoon beside hours that say the same. */
  protected hoursOf(draft: Draft): void {
    draft.half = this.takeHalf() ?? draft.half;
    this.skipPlainLinks();
    if (this.takeKind('ferme')) {
      const half = this.takeHalf();
      const mark = this.index;
      const separated = this.peek()?.kind === 'lien' && this.skipTo('heure');
      if (!separated) {
        this.index = mark;
        if (half) throw new Unclear('Et le reste de la journée ?', this.here());
        if (this.peek()?.kind === 'heure') throw new Unclear('Est-ce ouvert ou fermé à ces heures ?', this.here());
        draft.ferme = true;
        return;
      }
      draft.ranges = this.hours();
      if (half !== null && half !== 'matin') throw new Unclear('Ouvert ou fermé l’après-midi ?', draft.position);
      if ((draft.ranges[0]?.start ?? 0) < NOON)
        throw new Unclear('Est-ce ouvert ou fermé à ces heures ?', draft.position);
      return;
    }
    const appointment = draft.rdv ?? this.takeRdv();
    if (appointment !== null) {
      draft.rdv = appointment;
      draft.half = this.takeHalf() ?? draft.half;
      this.skipPlainLinks();
      if (this.peek()?.kind === 'heure') draft.ranges = this.hours();
      else if (draft.half) throw new Unclear(`${HALVES[draft.half]}, de quelle heure à quelle heure ?`, draft.position);
    } else {
      draft.ranges = this.hours(draft.half);
      const rdv = this.peek();
      if (this.takeKind('rdv') && rdv?.kind === 'rdv') {
        if (draft.ranges.length > 1 && !this.choices.rdv)
          throw new Unclear('Sur rendez-vous toute la journée, ou la dernière plage seulement ?', rdv.position);
        draft.rdv = rdv.mention;
        draft.lastOnly = this.choices.rdv === 'derniere';
      }
    }
    checkHalf(draft);
    this.closedHalfAfter(draft);
  }

  /** `9h-12h / fermé`, `9h-12h - fermé l'après-midi`: the hours already say it. */
  protected closedHalfAfter(draft: Draft): void {
    const mark = this.index;
    const link = this.peek();
    const separated = link?.kind === 'lien' && ['-', '/', ','].includes(link.word);
    if (!separated) return;
    this.index++;
    const said = this.takeKind('ferme');
    const half = said ? this.takeHalf() : null;
    const next = this.peek();
    const ends = !next || (next.kind === 'lien' && next.word === ';');
    const morning = draft.ranges.every((range) => range.end <= NOON + 90);
    if (said && ends && morning && half !== 'matin' && (half !== null || link.word !== ',')) return;
    this.index = mark;
  }

  protected skipTo(kind: Token['kind']): boolean {
    let slash = false;
    for (let token = this.peek(); token?.kind === 'lien'; token = this.peek()) {
      if (token.word === ';' || token.word === 'ou') return false;
      slash ||= token.word === '/' || token.word === '-' || token.word === ',';
      this.index++;
    }
    return slash && this.peek()?.kind === kind;
  }

  protected hours(half: Half | null = null): TimeRange[] {
    const ranges: TimeRange[] = [];
    for (;;) {
      const start = this.peek();
      if (start?.kind !== 'heure') {
        if (ranges.length > 0) return ranges;
        throw this.missingHours(half);
      }
      this.index++;
      const link = this.peek();
      if (link?.kind === 'lien' && ['-', 'a', '/'].includes(link.word)) this.index++;
      else if (!(link?.kind === 'heure' && link.glued && !start.bare))
        throw new Unclear('De quelle heure à quelle heure ?', start.position);
      const end = this.peek();
      if (end?.kind !== 'heure') throw new Unclear('Il manque l’heure de fin.', this.here());
      this.index++;
      ranges.push(rangeOf(start.minutes, end.minutes, ranges.at(-1)?.end ?? 0, start.position));
      const mark = this.index;
      while (this.peek()?.kind === 'lien' && !this.isOr()) this.index++;
      if (this.isOr()) throw new Unclear('« ou » : lequel des deux ?', this.here());
      if (this.peek()?.kind === 'demi' && this.peek(1)?.kind === 'heure') this.index++;
      if (this.peek()?.kind !== 'heure') {
        this.index = mark;
        return ranges;
      }
    }
  }

  protected missingHours(half: Half | null): Unclear {
    const token = this.peek();
    if (this.isOr()) return new Unclear('« ou » : lequel des deux ?', this.here());
    if (token?.kind === 'alterne') return new Unclear('Quelles semaines : paires ou impaires ?', token.position);
    if (token?.kind === 'parfois')
      return new Unclear('Quel jour du mois ? Par exemple : le 1er mardi du mois.', token.position);
    if (half) return new Unclear(`${HALVES[half]}, de quelle heure à quelle heure ?`, this.here());
    return new Unclear('Il manque les heures.', this.here());
  }
}

const HALVES: Readonly<Record<Half, string>> = { matin: 'Le matin', 'apres-midi': 'L’après-midi', soir: 'Le soir' };
