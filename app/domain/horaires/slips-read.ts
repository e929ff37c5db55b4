import { type Condition, isDated } from './slips-dates.ts';
import { type Draft, HoursReader } from './slips-hours.ts';
import { type Link, spread } from './slips-ranges.ts';
import { Unclear } from './slips-unclear.ts';
import type { Placed } from './slips-words.ts';
import { type Section, writeSections } from './slips-write.ts';

/** Reads the words of a text of hours into sections of days and ranges, and writes them as OSM text. */
export class SlipReader extends HoursReader {
  private monthSaid = false;

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
        this.said.push(draft);
        sections.push(draft);
      }
      apart = this.skipLinks();
    }
    const last = this.tokens.at(-1);
    if (last?.kind === 'lien' && !(last.word === ';' || (last.word === '-' && this.tokens.length === 1)))
      throw new Unclear('Le texte semble coupé.', last.position);
    return writeSections(sections, feriesOuverts, this.length, this.choices);
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
    if (!closedFirst && byAppointment === null && !draft.condition && this.hoursFirst())
      return this.hoursThenDays(draft);
    this.days(draft);
    draft.announced = draft.condition !== null && !draft.ferme;
    this.conditions(draft);
    const saysWhen = draft.days.length > 0 || draft.feries;
    const wholePeriod = draft.condition !== null && (closedFirst || this.peek()?.kind === 'ferme');
    const dated = isDated(draft.condition);
    if (!saysWhen && !wholePeriod && !dated) {
      const parfois = this.peek();
      if (parfois?.kind === 'alterne') throw new Unclear('Quelles semaines : paires ou impaires ?', parfois.position);
      throw new Unclear('Pour quels jours ?', draft.position);
    }
    draft.ferme = closedFirst;
    this.skipPlainLinks();
    if (closedFirst) {
      const next = this.peek();
      if (this.startsHours(next)) throw new Unclear('Est-ce ouvert ou fermé à ces heures ?', this.here());
      if (next?.kind === 'demi' && draft.condition)
        throw new Unclear('De quelle heure à quelle heure est-ce fermé ?', next.position);
      draft.half = this.takeHalf();
      return draft;
    }
    draft.rdv = byAppointment;
    this.skipLineEnd();
    this.hoursOf(draft);
    this.conditions(draft);
    return draft;
  }

  /** A table that is copied has each of its cells on a line: "Lundi\n9h-12h\nMardi\nFermé". */
  private skipLineEnd(): void {
    let ahead = 0;
    for (let token = this.peek(); token?.kind === 'lien' && (token.newLine || token.word === 'de'); ahead++)
      token = this.peek(ahead + 1);
    const next = this.peek(ahead);
    if (this.startsHours(next) || next?.kind === 'ferme' || next?.kind === 'rdv' || next?.kind === 'demi')
      this.index += ahead;
  }

  /** `9h-12h lundi, 14h-17h mardi`: hours that stand before their days, in the whole of the text or not at all. */
  private hoursFirst(): boolean {
    const mark = this.index;
    this.skipPlainLinks();
    const start = this.peek()?.kind === 'demi' ? this.peek(1) : this.peek();
    const first = this.startsHours(start) && this.said.every(({ hoursFirst, ferme }) => hoursFirst || ferme);
    if (!first) this.index = mark;
    return first;
  }

  private hoursThenDays(draft: Draft): Draft {
    draft.hoursFirst = true;
    draft.half = this.takeHalf();
    draft.ranges = this.hours(draft.half, draft.position);
    if (this.innerHalf) draft.half = null;
    this.appointmentAfter(draft);
    this.skipPlainLinks();
    this.days(draft);
    if (draft.days.length === 0 || draft.feries) throw new Unclear('Pour quels jours ?', draft.position);
    this.appointmentAfter(draft);
    this.conditions(draft);
    return draft;
  }

  /** Weeks, periods, holidays: before the days or after them, with the small words between. */
  private conditions(draft: Draft): void {
    for (;;) {
      const mark = this.index;
      const isLink = (link: Placed | undefined) =>
        this.isPlainLink(link) || (isDated(draft.condition) && this.isLink(link, 'et'));
      while (isLink(this.peek())) this.index++;
      const token = this.peek();
      if (token?.kind === 'alterne') throw new Unclear('Quelles semaines : paires ou impaires ?', token.position);
      if (token?.kind === 'vacancesNommees' || token?.kind === 'saisonNommee')
        throw new Unclear('De quelle date à quelle date ?', token.position);
      if (token?.kind === 'depuis' && this.peek(1)?.kind === 'condition')
        throw new Unclear('À partir de cette date, et jusqu’à quelle date ?', token.position);
      if (token?.kind === 'parfois')
        throw new Unclear('Quel jour du mois ? Par exemple : le 1er mardi du mois.', token.position);
      if (token?.kind !== 'condition' || (draft.condition && this.startsSection(draft))) {
        this.index = mark;
        return;
      }
      if (isDated(draft.condition) && isDated(token.condition) && !this.startsSection(draft)) {
        draft.condition = { kind: 'periodes', periodes: [...draft.condition.periodes, ...token.condition.periodes] };
        this.index++;
        continue;
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
      } else if (token.kind === 'jours') {
        for (const day of token.days) into.push({ day, link: 'et' });
        link = null;
        pending = 0;
      } else if (token.kind === 'feries') {
        if (into === chain) draft.feries = true;
        else draft.sansFeries = true;
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
}
