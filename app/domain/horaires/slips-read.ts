import type { Gap } from './slips-cursor.ts';
import { type Condition, isDated } from './slips-dates.ts';
import { type Draft, HoursReader } from './slips-hours.ts';
import { type Link, spread } from './slips-ranges.ts';
import { Unclear } from './slips-unclear.ts';
import type { Placed } from './slips-words.ts';
import { type Choices, type Section, writeSections } from './slips-write.ts';

/** Reads the words of a text of hours into sections of days and ranges, and writes them as OSM text. */
export class SlipReader extends HoursReader {
  private monthSaid = false;
  /** What two days that a slash or nothing joins are, where the text or a person tells. */
  private readonly paire: Choices['paire'];
  /** "Sur rendez-vous : …", where the last section begins with it. */
  private rdvTitre: { mention: string; heading: boolean } | null = null;
  /** Its days are named one by one. */
  private listed = false;

  constructor(tokens: readonly Placed[], length: number, choices: Choices = {}) {
    super(tokens, length, choices);
    this.paire = choices.paire ?? (tokens.some((_, index) => slashesList(tokens, index)) ? 'liste' : undefined);
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
    let rdv: { mention: string; heading: boolean } | null = null;
    let gap: Gap = 'apart';
    this.skipLinks();
    while (this.peek()) {
      if (this.takeKind('feriesOuverts')) feriesOuverts = true;
      else {
        const draft = this.section(gap);
        if (draft.condition && !draft.announced) {
          const previous = sections.at(-1);
          if (gap === null && previous && !previous.condition && !draft.ferme)
            throw new Unclear('Cette période vaut-elle aussi pour les jours d’avant ?', draft.position);
        } else if (draft.condition) scope = draft.ferme && !draft.titre ? null : draft.condition;
        else if (scope && !draft.feries) {
          const aussi = this.choices.periodeAussi ?? (scoped && gap !== 'stop' ? true : null);
          if (aussi === null)
            throw new Unclear(
              scope.kind === 'semaines'
                ? 'Est-ce aussi ces semaines-là seulement, ou chaque semaine ?'
                : 'Est-ce aussi pendant cette période, ou toute l’année ?',
              draft.position,
            );
          if (aussi) draft.condition = scope;
        }
        this.asThatDay(draft);
        // A period told at the very beginning holds until the next one; told later, only where nothing follows it.
        scoped &&= draft.condition !== null || draft.feries;
        if (this.rdvTitre) rdv = this.rdvTitre;
        else if (draft.rdv !== null || draft.condition) rdv = null;
        else if (rdv && draft.ranges.length > 0) this.byAppointmentToo(draft, rdv, gap);
        this.said.push(draft);
        sections.push(draft);
      }
      gap = this.skipLinks();
    }
    const last = this.tokens.at(-1);
    if (last?.kind === 'lien' && !(last.word === ';' || (last.word === '-' && this.tokens.length === 1)))
      throw new Unclear('Le texte semble coupé.', last.position);
    return writeSections(sections, feriesOuverts, this.length, this.choices);
  }

  /** Hours that are like those of another day hold when these do, or are asked about. */
  private asThatDay(draft: Draft): void {
    const condition = draft.comme?.condition ?? null;
    if (condition === null || draft.condition !== null || this.choices.idem === 'heures') return;
    if (this.choices.idem !== 'tout')
      throw new Unclear('Comme ce jour-là : aux mêmes périodes aussi, ou seulement aux mêmes heures ?', draft.position);
    draft.condition = condition;
  }

  /** "Sur rendez-vous : lundi 9h-12h, mardi 14h-17h": after a colon, all that the sentence tells; else it is asked. */
  private byAppointmentToo(draft: Draft, rdv: { mention: string; heading: boolean }, gap: Gap): void {
    if (this.saysLibre(draft)) return;
    const aussi = this.choices.rdvAussi ?? (rdv.heading && gap === null ? true : null);
    if (aussi === null) throw new Unclear('Sur rendez-vous aussi à ces heures-là ?', draft.position);
    if (aussi) draft.rdv = rdv.mention;
  }

  private section(gap: Gap): Draft {
    const draft = this.draft();
    const opened = this.takeKind('exceptionnel');
    const token = this.peek();
    const exceptional = opened || (token?.kind === 'ferme' && token.exceptionnel);
    this.sectionInto(draft, gap);
    if (exceptional && !isDated(draft.condition))
      throw new Unclear(draft.condition ? 'De quelle année ?' : 'À quelle date exactement ?', draft.position);
    return draft;
  }

  private sectionInto(draft: Draft, gap: Gap): void {
    const except = this.peek()?.kind === 'sauf';
    let closedFirst = this.takeKind('ferme') || this.takeKind('sauf') || this.closesMore(gap);
    const titre = this.peek();
    const byAppointment = closedFirst ? null : this.takeRdv();
    this.rdvTitre = byAppointment !== null && titre?.kind === 'rdv' ? titre : null;
    // "Mardi 9h-12h et sur rendez-vous ; mercredi…": not of Wednesday.
    if ((closedFirst || byAppointment !== null) && this.skipLinks() !== null)
      throw new Unclear('Pour quels jours ?', draft.position);
    this.conditions(draft);
    // A heading has a line of its own: "En période scolaire :\nmercredi 13h-18h".
    if (draft.condition && !closedFirst && byAppointment === null) this.skipLinks();
    if (!closedFirst && byAppointment === null && draft.condition && this.closedDaysFollow()) {
      this.index++;
      draft.titre = true;
      closedFirst = true;
    }
    if (!closedFirst && byAppointment === null && !draft.condition && this.hoursFirst()) {
      this.hoursThenDays(draft);
      return;
    }
    if (this.halfBeforeDays()) draft.half = this.takeHalf();
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
    draft.closedFirst = closedFirst;
    this.skipPlainLinks();
    if (closedFirst) {
      this.closedHalf(draft);
      const before = this.said.at(-1);
      if (except && gap === null && before?.halves && draft.days.length > 0 && draft.half === null)
        throw new Unclear('Sauf ce jour-là toute la journée, ou une partie ?', draft.position);
      return;
    }
    draft.rdv = byAppointment;
    this.skipLineEnd();
    this.hoursOf(draft);
    this.conditions(draft);
  }

  /** "Fermé le mercredi après-midi". */
  private closedHalf(draft: Draft): void {
    const next = this.peek();
    if (this.startsHours(next)) throw new Unclear('Est-ce ouvert ou fermé à ces heures ?', this.here());
    if (next?.kind === 'demi' && draft.condition)
      throw new Unclear('De quelle heure à quelle heure est-ce fermé ?', next.position);
    if (next?.kind === 'demi' && this.listed)
      throw new Unclear('Est-ce chacun de ces jours, ou le dernier seulement ?', next.position);
    draft.half = this.takeHalf();
  }

  /** "Fermé les jours fériés et en août": what closes goes on, up to a comma where something else follows. */
  private closesMore(gap: Gap): boolean {
    const before = this.said.at(-1);
    const first = this.peek();
    if (gap !== null || !before?.closedFirst || (first?.kind !== 'condition' && first?.kind !== 'feries')) return false;
    for (let ahead = 1; ; ahead++) {
      const token = this.peek(ahead);
      if (!token || (token.kind === 'lien' && token.word === ';')) return true;
      if (token.kind === 'lien' || token.kind === 'condition' || token.kind === 'feries') continue;
      if (!this.isLink(this.peek(-1), 'et')) return false;
      if (this.isLink(this.peek(ahead - 1), ',')) return true;
      throw new Unclear('Est-ce aussi fermé, ou est-ce pour ce qui suit ?', first.position);
    }
  }

  /** "En juillet et août : fermé le samedi". */
  private closedDaysFollow(): boolean {
    if (this.peek()?.kind !== 'ferme') return false;
    let ahead = 1;
    while (this.isPlainLink(this.peek(ahead))) ahead++;
    const next = this.peek(ahead)?.kind;
    return next === 'jour' || next === 'jours';
  }

  /** "Tous les matins du lundi au vendredi". */
  private halfBeforeDays(): boolean {
    const mark = this.index;
    this.skipPlainLinks();
    let ahead = 1;
    while (this.isPlainLink(this.peek(ahead))) ahead++;
    const days =
      this.peek()?.kind === 'demi' && (this.peek(ahead)?.kind === 'jour' || this.peek(ahead)?.kind === 'jours');
    if (!days) this.index = mark;
    return days;
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

  private hoursThenDays(draft: Draft): void {
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
  }

  /** Weeks, periods, holidays: before the days or after them, with the small words between. */
  private conditions(draft: Draft): void {
    for (;;) {
      const mark = this.index;
      const isLink = (link: Placed | undefined) =>
        this.isPlainLink(link) || (draft.condition?.kind === 'periodes' && this.isLink(link, 'et'));
      while (isLink(this.peek())) this.index++;
      const token = this.peek();
      if (token?.kind === 'alterne') throw new Unclear('Quelles semaines : paires ou impaires ?', token.position);
      if ((token?.kind === 'vacancesNommees' || token?.kind === 'saisonNommee') && this.datesFollow()) continue;
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
      const [known, more] = [draft.condition, token.condition];
      const together = known?.kind === 'periodes' && more.kind === 'periodes' && isDated(known) === isDated(more);
      if (together && !this.startsSection(draft)) {
        draft.condition = { kind: 'periodes', periodes: [...known.periodes, ...more.periodes] };
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

  /** "Horaires d’été du 1er juillet au 31 août": the dates of what is named come next. */
  private datesFollow(): boolean {
    let ahead = 1;
    while (this.isPlainLink(this.peek(ahead))) ahead++;
    const next = this.peek(ahead);
    const dates = next?.kind === 'condition' && next.condition.kind === 'periodes';
    if (dates) this.index += ahead;
    return dates;
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
        const before = draft.nth.at(-1) ?? 0;
        if (link === '-' && before !== 0) throw new Unclear('Quel jour de quel mois ?', draft.position);
        if (link === 'a' && before > 0) for (let nth = before + 1; nth < token.nth; nth++) draft.nth.push(nth);
        draft.nth.push(token.nth);
        link = null;
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
    const { paire } = this;
    this.listed = chain.some(({ link }) => link === 'et' || link === ',');
    const excluded = spread(except, draft.position, paire);
    if (into === except && excluded.length === 0) throw new Unclear('Sauf quels jours ?', this.here());
    draft.days = spread(chain, draft.position, paire).filter((day) => !excluded.includes(day));
    if (ranks > 0 && excluded.length > 0) throw new Unclear('Quels jours exactement ?', draft.position);
  }
}

/** "Lun/mar/sam… mer/ven": a slash that lists three days in one place lists two in another. */
function slashesList(tokens: readonly Placed[], index: number): boolean {
  return [0, 1, 2, 3, 4].every((ahead) => {
    const token = tokens[index + ahead];
    return ahead % 2 === 0 ? token?.kind === 'jour' : token?.kind === 'lien' && token.word === '/';
  });
}
