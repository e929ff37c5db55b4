import { checkHalf, type Half, type Link, NOON, rangeOf, spread } from './slips-ranges.ts';
import { type Condition, type Placed, SAYS_DAYS, type Token, Unclear } from './slips-words.ts';
import { type Choices, type Section, writeSections } from './slips-write.ts';
import type { TimeRange } from './week.ts';

/** A section while it is read. */
interface Draft {
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

/** Reads the words of a text of hours into sections of days and ranges, and writes them as OSM text. */
export class SlipReader {
  private index = 0;
  private readonly tokens: readonly Placed[];
  private readonly length: number;
  private readonly choices: Choices;
  private monthSaid = false;

  constructor(tokens: readonly Placed[], length: number, choices: Choices = {}) {
    this.choices = choices;
    this.tokens = tokens;
    this.length = length;
  }

  read(): string {
    if (this.tokens.length === 1 && this.tokens[0]?.kind === 'toujours') return '24/7';
    const [only] = this.tokens.filter((token) => token.kind !== 'lien');
    if (only?.kind === 'rdv' && this.tokens.every((token) => token === only || token.kind === 'lien'))
      return `"${only.mention}"`;
    const sections: Section[] = [];
    let feriesOuverts = false;
    let scope: Condition | null = null;
    let scoped = true;
    let apart = true;
    this.skipLinks();
    while (this.peek()) {
      if (this.takeKind('feriesOuverts')) feriesOuverts = true;
      else {
        const draft = this.section();
        if (draft.condition && !draft.announced) {
          const previous = sections.at(-1);
          if (!apart && previous && !previous.condition && !draft.ferme)
            throw new Unclear('Cette période vaut-elle aussi pour les jours d’avant ?', draft.position);
        } else if (draft.condition) scope = draft.ferme ? null : draft.condition;
        else if (scope && !draft.feries) {
          if (!scoped) throw new Unclear('Est-ce aussi pendant cette période, ou toute l’année ?', draft.position);
          draft.condition = scope;
        }
        // A period told at the very beginning holds until the next one; told later, only where nothing follows it.
        scoped &&= draft.condition !== null || draft.feries;
        sections.push({ ...draft, half: draft.half !== null });
      }
      apart = this.skipLinks();
    }
    const last = this.tokens.at(-1);
    if (last?.kind === 'lien' && !(last.word === ';' || (last.word === '-' && this.tokens.length === 1)))
      throw new Unclear('Le texte semble coupé.', last.position);
    return writeSections(sections, feriesOuverts, this.length, this.choices);
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

  private draft(): Draft {
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

  private peek(offset = 0): Placed | undefined {
    return this.tokens[this.index + offset];
  }

  /** Whether what follows stands apart: after a line break, a full stop or a semicolon. */
  private skipLinks(): boolean {
    let apart = false;
    for (let token = this.peek(); token?.kind === 'lien'; token = this.peek()) {
      if (token.word === 'ou') throw new Unclear('« ou » : lequel des deux ?', token.position);
      if (token.word === ';' || token.word === '|') apart = true;
      this.index++;
    }
    return apart;
  }

  private here(): number {
    return this.peek()?.position ?? this.length;
  }

  private section(): Draft {
    const draft = this.draft();
    const closedFirst = this.takeKind('ferme') || this.takeKind('sauf');
    const byAppointment = closedFirst ? null : this.takeRdv();
    // "Mardi 9h-12h et sur rendez-vous ; mercredi…": not of Wednesday.
    if ((closedFirst || byAppointment !== null) && this.skipLinks())
      throw new Unclear('Pour quels jours ?', draft.position);
    this.conditions(draft);
    // A heading has a line of its own: "En période scolaire :\nmercredi 13h-18h".
    if (draft.condition && !closedFirst && byAppointment === null) this.skipLinks();
    this.days(draft);
    draft.announced = draft.condition !== null && !draft.ferme;
    this.conditions(draft);
    const saysWhen = draft.days.length > 0 || draft.feries;
    const wholePeriod = draft.condition !== null && (closedFirst || this.peek()?.kind === 'ferme');
    const dated = draft.condition?.kind === 'periodes' && draft.condition.periodes.every(({ au }) => au.annee !== null);
    if (!saysWhen && !wholePeriod && !dated) {
      const parfois = this.peek();
      if (parfois?.kind === 'alterne') throw new Unclear('Quelles semaines : paires ou impaires ?', parfois.position);
      throw new Unclear('Pour quels jours ?', draft.position);
    }
    draft.ferme = closedFirst;
    this.skipPlainLinks();
    if (closedFirst) {
      const next = this.peek();
      if (next?.kind === 'heure') throw new Unclear('Est-ce ouvert ou fermé à ces heures ?', next.position);
      if (next?.kind === 'demi') throw new Unclear('De quelle heure à quelle heure est-ce fermé ?', next.position);
      return draft;
    }
    draft.rdv = byAppointment;
    this.hoursOf(draft);
    this.conditions(draft);
    return draft;
  }

  /** What is said of the days: closed, by appointment, hours; a closed morning or afternoon beside hours that say the same. */
  private hoursOf(draft: Draft): void {
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
  private closedHalfAfter(draft: Draft): void {
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

  private skipTo(kind: Token['kind']): boolean {
    let slash = false;
    for (let token = this.peek(); token?.kind === 'lien'; token = this.peek()) {
      if (token.word === ';' || token.word === 'ou') return false;
      slash ||= token.word === '/' || token.word === '-' || token.word === ',';
      this.index++;
    }
    return slash && this.peek()?.kind === kind;
  }

  private takeKind(kind: Token['kind']): boolean {
    if (this.peek()?.kind !== kind) return false;
    this.index++;
    return true;
  }

  private takeRdv(): string | null {
    const token = this.peek();
    if (token?.kind !== 'rdv') return null;
    this.index++;
    return token.mention;
  }

  private takeHalf(): Half | null {
    const token = this.peek();
    if (token?.kind !== 'demi') return null;
    this.index++;
    return token.moment;
  }

  /** Weeks, periods, holidays: before the days or after them, with the small words between. */
  private conditions(draft: Draft): void {
    for (;;) {
      const mark = this.index;
      while (this.isPlainLink(this.peek())) this.index++;
      const token = this.peek();
      if (token?.kind === 'alterne') throw new Unclear('Quelles semaines : paires ou impaires ?', token.position);
      if (token?.kind === 'parfois')
        throw new Unclear('Quel jour du mois ? Par exemple : le 1er mardi du mois.', token.position);
      if (token?.kind !== 'condition' || (draft.condition && this.startsSection(draft))) {
        this.index = mark;
        return;
      }
      if (draft.condition) throw new Unclear('Deux périodes à la fois : laquelle ?', token.position);
      if (this.startsSection(draft) && !token.closed && !this.belongsBefore(this.index > mark, token.position)) {
        this.index = mark;
        return;
      }
      draft.condition = token.condition;
      this.index++;
    }
  }

  /**
   * Whether a period after hours is about these or about what follows: `9h-12h en août, mardi…` or `9h-12h, en août mardi…`.
   * The comma tells; where nothing follows in the sentence it is about the hours.
   */
  private belongsBefore(comma: boolean, position: number): boolean {
    let ahead = 1;
    let after = false;
    for (let token = this.peek(ahead); token?.kind === 'lien'; token = this.peek(++ahead)) {
      if (token.word === ';' || token.word === '|') return true;
      after ||= token.word === ',' || token.word === 'et';
    }
    if (!this.peek(ahead)) return true;
    if (comma === after)
      throw new Unclear('Cette période vaut-elle pour ce qui précède ou pour ce qui suit ?', position);
    return after;
  }

  /** A second period, once hours are told, begins what comes next. */
  private startsSection(draft: Draft): boolean {
    return draft.ranges.length > 0 || draft.ferme;
  }

  /** `de`, `le`, `,` between days and hours, as in "lundi, de 9h à 12h". */
  private skipPlainLinks(): void {
    while (this.isPlainLink(this.peek())) this.index++;
  }

  private isPlainLink(token: Placed | undefined): boolean {
    return token?.kind === 'lien' && PLAIN_LINKS.has(token.word);
  }

  private days(draft: Draft): void {
    const chain: Link[] = [];
    const except: Link[] = [];
    let into = chain;
    let link: string | null = null;
    let pending = 0;
    let plural = false;
    for (let token = this.peek(); token; token = this.peek()) {
      if (token.kind === 'rang') {
        draft.nth.push(token.nth);
        pending = 0;
      } else if (token.kind === 'jour') {
        plural ||= token.plural;
        into.push({ day: token.day, link });
        link = null;
        pending = 0;
      } else if (token.kind === 'mois' && draft.nth.length > 0) {
        this.monthSaid = true;
        pending = 0;
      } else if (token.kind === 'tous' || token.kind === 'weekend') {
        for (const day of token.kind === 'tous' ? [0, 1, 2, 3, 4, 5, 6] : [5, 6]) into.push({ day, link: 'et' });
        link = null;
        pending = 0;
      } else if (token.kind === 'feries' && into === chain) {
        draft.feries = true;
        pending = 0;
      } else if (token.kind === 'sauf' && chain.length > 0 && into === chain && this.peek(1)?.kind !== 'feries') {
        into = except;
        link = null;
        pending = 0;
      } else if (token.kind === 'lien' && token.word !== ';' && token.word !== 'ou') {
        if (token.word !== 'de' || link === null) link = token.word === 'de' ? link : token.word;
        pending++;
      } else break;
      this.index++;
    }
    this.index -= pending;
    const ranks = draft.nth.length;
    const oneDay = new Set(chain.map(({ day }) => day)).size === 1;
    if (ranks > 0 && (!oneDay || !(this.monthSaid || plural || ranks > 1)))
      throw new Unclear('Quel jour de quel mois ?', draft.position);
    const excluded = spread(except, draft.position);
    if (into === except && excluded.length === 0) throw new Unclear('Sauf quels jours ?', this.here());
    draft.days = spread(chain, draft.position).filter((day) => !excluded.includes(day));
    if (ranks > 0 && excluded.length > 0) throw new Unclear('Quels jours exactement ?', draft.position);
  }

  private hours(half: Half | null = null): TimeRange[] {
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

  private isOr(): boolean {
    const token = this.peek();
    return token?.kind === 'lien' && token.word === 'ou';
  }

  private missingHours(half: Half | null): Unclear {
    const token = this.peek();
    if (this.isOr()) return new Unclear('« ou » : lequel des deux ?', this.here());
    if (token?.kind === 'alterne') return new Unclear('Quelles semaines : paires ou impaires ?', token.position);
    if (token?.kind === 'parfois')
      return new Unclear('Quel jour du mois ? Par exemple : le 1er mardi du mois.', token.position);
    if (half) return new Unclear(`${HALVES[half]}, de quelle heure à quelle heure ?`, this.here());
    return new Unclear('Il manque les heures.', this.here());
  }
}

const PLAIN_LINKS: ReadonlySet<string> = new Set(['de', ',', '-', '|']);
const HALVES: Readonly<Record<Half, string>> = { matin: 'Le matin', 'apres-midi': 'L’après-midi', soir: 'Le soir' };
