import { SlipCursor } from './slips-cursor.ts';
import type { Condition } from './slips-dates.ts';
import { checkHalf, type Half, isWithin, NOON, rangeOf } from './slips-ranges.ts';
import { Unclear } from './slips-unclear.ts';
import { type Placed, SAYS_DAYS, type Token } from './slips-words.ts';
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
  /** Closed on public holidays: `sauf dimanche et jours fériés`. */
  sansFeries: boolean;
  ranges: TimeRange[];
  ferme: boolean;
  /** "Fermé le mercredi": what is closed comes after. */
  closedFirst: boolean;
  /** Its condition is told before it is closed, "En août : fermé le samedi", and may hold for the sections after it. */
  titre: boolean;
  /** As the section that it says it is like. */
  comme: Draft | null;
  rdv: string | null;
  /** By appointment in its last range only. */
  lastOnly: boolean;
  half: Half | null;
  /** A morning and an afternoon are told apart. */
  halves: boolean;
  /** `9h-12h lundi`. */
  hoursFirst: boolean;
  position: number;
}

/** Reads what is said of days that are known: hours, closed, by appointment. */
export class HoursReader extends SlipCursor {
  protected readonly choices: Choices;
  /** The sections read so far, which `idem` looks back to. */
  protected readonly said: Draft[] = [];
  /** A part of the day was told between two ranges: `le matin 9h-12h et l’après-midi 14h-17h`. */
  protected innerHalf = false;

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
      sansFeries: false,
      ranges: [],
      ferme: false,
      closedFirst: false,
      titre: false,
      comme: null,
      rdv: null,
      lastOnly: false,
      half: null,
      halves: false,
      hoursFirst: false,
      position: this.here(),
    };
  }

  /** What is said of the days: closed, by appointment, hours; a closed morning or afternoon beside hours that say the same. */
  protected hoursOf(draft: Draft): void {
    draft.half = this.takeHalf() ?? draft.half;
    this.skipPlainLinks();
    const idem = this.peek();
    if (idem?.kind === 'idem') {
      this.index++;
      this.repeat(draft, idem);
      return;
    }
    if (this.takeKind('ferme')) {
      const half = this.takeHalf();
      const mark = this.index;
      const separated = this.peek()?.kind === 'lien' && this.skipTo('heure');
      if (!separated) {
        this.index = mark;
        if (half) throw new Unclear('Et le reste de la journée ?', this.here());
        if (this.startsHours(this.peek())) throw new Unclear('Est-ce ouvert ou fermé à ces heures ?', this.here());
        draft.ferme = true;
        return;
      }
      draft.ranges = this.hours(null, draft.position);
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
      if (this.startsHours(this.peek())) draft.ranges = this.hours(draft.half, draft.position);
      else if (draft.half) throw new Unclear(`${HALVES[draft.half]}, de quelle heure à quelle heure ?`, draft.position);
    } else {
      draft.ranges = this.hours(draft.half, draft.position);
      this.appointmentAfter(draft);
    }
    if (this.innerHalf) {
      draft.half = null;
      draft.halves = true;
    }
    this.closedHalfAfter(draft);
  }

  /** `9h-12h sur rdv`; after several ranges, which of them? `14h-17h sur rdv l’après-midi` tells. */
  protected appointmentAfter(draft: Draft): void {
    const rdv = this.peek();
    if (rdv?.kind !== 'rdv') return;
    this.index++;
    draft.rdv = rdv.mention;
    const libre = this.saysLibre(draft);
    draft.lastOnly = libre ? draft.ranges.length > 1 : this.choices.rdv === 'derniere';
    const moment = this.startsHours(this.peek(1)) ? null : this.takeHalf();
    const last = draft.ranges.at(-1);
    if (moment !== null && last) {
      checkHalf({ half: moment, ranges: [last], position: rdv.position });
      const others = draft.ranges.slice(0, -1);
      if (moment === 'matin' ? others.length > 0 : others.some(({ end }) => end > NOON + 90))
        throw new Unclear('Sur rendez-vous à quelles heures ?', rdv.position);
      draft.lastOnly = others.length > 0;
    } else if (draft.ranges.length > 1 && !libre && !this.choices.rdv)
      throw new Unclear('Sur rendez-vous toute la journée, ou la dernière plage seulement ?', rdv.position);
  }

  /** Whether some of its hours are said to be without appointment. */
  protected saysLibre({ position }: Draft): boolean {
    for (let back = -1; (this.peek(back)?.position ?? -1) >= position; back--) {
      const token = this.peek(back);
      if (token?.kind === 'heure' && token.libre) return true;
    }
    return false;
  }

  /** `mardi : idem`: what was said of the day before it in the text, or of the one that it names. */
  private repeat(draft: Draft, { day, position }: Extract<Placed, { kind: 'idem' }>): void {
    const last = this.said.findLast(({ days }) => (day === null ? days.length > 0 : days.includes(day)));
    if (!last) throw new Unclear('Comme quel jour ?', position);
    // "Lundi matin…, lundi après-midi…, mardi idem": all that was said of that day.
    const like = last.days[0];
    const all = this.said.filter(({ days }) => (day === null ? days.some((one) => one === like) : days.includes(day)));
    const isLikeLast = ({ rdv, lastOnly, condition }: Draft) =>
      rdv === last.rdv && lastOnly === last.lastOnly && condition === last.condition;
    if (!all.every(isLikeLast)) throw new Unclear('Comme quelles heures de ce jour ?', position);
    const before = { ...last, ranges: all.flatMap(({ ranges }) => ranges).sort((a, b) => a.start - b.start) };
    const { ferme, rdv, lastOnly } = before;
    const half = all.length > 1 ? null : before.half;
    const moment = draft.half;
    const ranges = before.ranges.filter((range) => moment === null || isWithin(moment, range));
    if (before.nth.length > 0 && draft.nth.length === 0)
      throw new Unclear('Chaque semaine, ou un jour du mois ?', position);
    if (ranges.length === 0 && before.ranges.length > 0)
      throw new Unclear('De quelle heure à quelle heure ?', position);
    Object.assign(draft, { ranges, ferme, rdv, lastOnly, half: moment ?? half, comme: before });
  }

  protected startsHours(token: Placed | undefined): boolean {
    return token?.kind === 'heure' || token?.kind === 'depuis' || token?.kind === 'jourEtNuit';
  }

  /** `9h-12h / fermé`, `9h-12h - fermé l'après-midi`: the hours already say it. */
  protected closedHalfAfter(draft: Draft): void {
    const mark = this.index;
    const link = this.peek();
    const separated = link?.kind === 'lien' && ['-', '/', ',', '|'].includes(link.word);
    if (!separated) return;
    this.index++;
    const said = this.takeKind('ferme');
    const half = said ? this.takeHalf() : null;
    const next = this.peek();
    const ends = !next || (next.kind === 'lien' && (next.word === ';' || next.word === '|'));
    const morning = draft.ranges.every((range) => range.end <= NOON + 90);
    if (said && ends && morning && half !== 'matin' && (half !== null || link.word !== ',')) return;
    this.index = mark;
  }

  protected skipTo(kind: Token['kind']): boolean {
    let slash = false;
    for (let token = this.peek(); token?.kind === 'lien'; token = this.peek()) {
      if (token.word === ';' || token.word === 'ou') return false;
      slash ||= token.word === '/' || token.word === '-' || token.word === ',' || token.word === '|';
      this.index++;
    }
    return slash && this.peek()?.kind === kind;
  }

  /** One range after the other; what is said of the part of the day (`le matin`) must be true of its hours. */
  protected hours(half: Half | null, position: number): TimeRange[] {
    this.innerHalf = false;
    if (this.takeKind('jourEtNuit')) return [{ start: 0, end: 1440 }];
    const ranges: TimeRange[] = [];
    let moment = half;
    for (;;) {
      const read = this.range(ranges.at(-1)?.end ?? 0, half);
      checkHalf({ half: moment, ranges: read, position });
      ranges.push(...read);
      const mark = this.index;
      while (this.peek()?.kind === 'lien' && !this.isOr()) this.index++;
      if (this.isOr()) throw new Unclear('« ou » : lequel des deux ?', this.here());
      if (this.startsHours(this.peek(1))) {
        const other = this.takeHalf();
        this.innerHalf ||= other !== null;
        moment = other ?? moment;
      }
      if (!this.startsHours(this.peek())) {
        this.index = mark;
        return ranges;
      }
    }
  }

  private range(previous: number, half: Half | null): TimeRange[] {
    const since = this.takeKind('depuis');
    const start = this.peek();
    if (since && start?.kind === 'condition')
      throw new Unclear('À partir de cette date, et jusqu’à quelle date ?', start.position);
    if (start?.kind !== 'heure') throw this.missingHours(half);
    this.index++;
    if (since && this.peek()?.kind === 'lien' && this.isLink(this.peek(1), 'a')) this.index++;
    const link = this.peek();
    if (link?.kind === 'lien' && ['-', 'a', '/'].includes(link.word)) this.index++;
    else if (since) throw new Unclear('À partir de cette heure, et jusqu’à quelle heure ?', start.position);
    else if (!(link?.kind === 'heure' && link.glued && !start.bare))
      throw new Unclear('De quelle heure à quelle heure ?', start.position);
    const end = this.peek();
    if (end?.kind !== 'heure') throw new Unclear('Il manque l’heure de fin.', this.here());
    this.index++;
    if (start.collees && end.collees && runsTogether(start.minutes, end.minutes) && this.choices.colle !== 'minutes') {
      if (!this.choices.colle)
        throw new Unclear('Est-ce une plage, ou deux dont les heures se touchent ?', start.position);
      const [first, second] = [start, end].map(({ minutes }) => ({
        start: Math.floor(minutes / 60) * 60,
        end: (minutes % 60) * 60,
      }));
      if (first && second)
        return [
          rangeOf(first.start, first.end, previous, start.position),
          rangeOf(second.start, second.end, first.end, end.position),
        ];
    }
    return [rangeOf(start.minutes, end.minutes, previous, start.position)];
  }

  protected isLink(token: Placed | undefined, word: string): boolean {
    return token?.kind === 'lien' && token.word === word;
  }

  protected missingHours(half: Half | null): Unclear {
    const token = this.peek();
    if (this.isOr()) return new Unclear('« ou » : lequel des deux ?', this.here());
    if (token?.kind === 'alterne') return new Unclear('Quelles semaines : paires ou impaires ?', token.position);
    if (token?.kind === 'parfois')
      return new Unclear('Quel jour du mois ? Par exemple : le 1er mardi du mois.', token.position);
    if (this.isLink(token, 'a') && this.peek(1)?.kind === 'heure')
      return new Unclear('Jusqu’à cette heure, et depuis quelle heure ?', this.here());
    if (half) return new Unclear(`${HALVES[half]}, de quelle heure à quelle heure ?`, this.here());
    return new Unclear('Il manque les heures.', this.here());
  }
}

/** `9h12-14h18`: the minutes of the morning are an hour of noon, those of the afternoon one of the evening. */
function runsTogether(start: number, end: number): boolean {
  const within = (minutes: number, from: number, to: number) => minutes % 60 >= from && minutes % 60 <= to;
  return start < NOON - 60 && end >= NOON && end < 16 * 60 && within(start, 11, 13) && within(end, 16, 20);
}

const HALVES: Readonly<Record<Half, string>> = { matin: 'Le matin', 'apres-midi': 'L’après-midi', soir: 'Le soir' };
