import type { DraftBefore } from './form-before.ts';
import { draftOfGrille, type ExceptionDraft, type GrilleDraft, type VarianteDraft } from './form-draft.ts';
import { grilleOfDraft } from './form-read.ts';
import { readSource } from './form-source.ts';
import { describeRule } from './french.ts';
import { type Grille, isEmptyGrille } from './grille.ts';
import { daysOf, EMPTY_GRILLE, grilleOfText } from './grille-read.ts';
import { partsOfGrille, textOfGrille } from './grille-write.ts';
import { readRules } from './read.ts';
import { hasDaySelector, isDated, namesFeries, type Rule } from './rules.ts';
import { understandHoraires } from './slips.ts';
import { capitalize, joinWords } from './words.ts';

/** The inputs after a text was pasted, and in French what of the hours before stays and what the text took the place of. */
export interface Filled extends DraftBefore {
  reste: string[];
  enleve: string[];
}

/** What stands in the form: the draft, what it says (null where something in it cannot be read), the text that it came from. */
interface Standing {
  source: string;
  draft: GrilleDraft;
  before: Grille;
  grille: Grille | null;
}

/**
 * Puts a pasted text of OSM into a draft. A text that tells when it is open is what the public will see: it takes the place of the
 * week, of what certain weeks and seasons add or change, and of the kept rules that give hours. What it says nothing of stays: dated
 * exceptions, public holidays, and closed periods (`Aug off`) unless it speaks of periods itself. One that only closes, or only gives
 * dates, is added to what is there. Null where the text does not read.
 */
export function pasteInto(own: DraftBefore, osm: string): Filled | null {
  const read = grilleOfText(osm);
  if (!read.ok) return null;
  const pasted = read.grille;
  const { rules } = readRules(osm);
  const closed = onlyAdds(rules);
  const standing = standingOf(own);
  const filled =
    closed === null
      ? replaceWeek(standing, { osm, pasted })
      : ((saysMoreThanDays(rules, pasted) ? addText(standing, osm) : null) ?? addTo(standing, { pasted, closed }));
  if (readSource(own.source).kind !== 'illisible') return filled;
  return { ...filled, reste: [], enleve: [`«\u00a0${own.source.trim()}\u00a0»`] };
}

function standingOf({ source, grille: draft }: DraftBefore): Standing {
  const before = readSource(source).grille;
  const reading = grilleOfDraft(draft, before);
  return { source, draft, before, grille: reading.ok ? reading.grille : null };
}

/** The weekdays that a text which only adds closes; null where it tells a week of its own. */
function onlyAdds(rules: readonly Rule[]): number[] | null {
  const ofYear = (rule: Rule) =>
    rule.dates.length > 0 && rule.dates.every((range) => range.kind === 'jours' && range.from.year !== null);
  const closes = (rule: Rule) => rule.etat === 'ferme' && hasDaySelector(rule);
  if (!rules.every((rule) => closes(rule) || ofYear(rule))) return null;
  const usual = rules.filter(
    (rule) => !isDated(rule) && rule.spans.length === 0 && !(namesFeries(rule) && rule.weekdays.length === 0),
  );
  const closed = [...new Set(usual.flatMap(daysOf))];
  return closed.length === 7 ? null : closed;
}

function replaceWeek(standing: Standing, { osm, pasted }: { osm: string; pasted: Grille }): Filled {
  const { draft, before, grille } = standing;
  const given = draftOfGrille(pasted);
  const saysPeriods = given.variantes.some(({ quand }) => isPeriod(quand));
  const stays = ({ quand, effet }: VarianteDraft) => effet === 'ferme' && isPeriod(quand) && !saysPeriods;
  const gardees = before.gardees.filter((_, place) => !draft.retirees.includes(place));
  const kept = gardees.filter((gardee) => isOfDays(gardee.texte, pasted));
  const exceptions = withoutDates(draft.exceptions, given.exceptions);
  const said = describeVariantes(draft, grille);
  const now = describeVariantes(given, pasted);
  const saysFeries =
    given.feries !== 'inconnu' || pasted.gardees.some(({ texte }) => rulesOfKept(texte).some(namesFeries));
  const own: GrilleDraft = {
    semaine: EMPTY_WEEK,
    variantes: draft.variantes.filter(stays),
    exceptions,
    feries: saysFeries ? given.feries : draft.feries,
    retirees: before.gardees.flatMap((gardee, place) => (kept.includes(gardee) ? [] : [place])),
  };
  return {
    ...together({ osm, pasted }, { own, before }),
    reste: [
      ...(saysFeries ? [] : describeFeries(draft.feries)),
      ...draft.variantes.flatMap((variante, index) => (stays(variante) ? [said[index] ?? ''] : [])),
      ...kept.map(({ description }) => description),
      ...countExceptions(exceptions),
    ],
    enleve: [
      ...(saysFeries && given.feries !== draft.feries ? describeFeries(draft.feries) : []),
      ...draft.variantes.flatMap((variante, index) =>
        stays(variante) || now.includes(said[index] ?? '') ? [] : [said[index] ?? ''],
      ),
      ...gardees.filter((gardee) => !kept.includes(gardee)).map(({ description }) => description),
      ...countExceptions(draft.exceptions.filter((exception) => !exceptions.includes(exception))),
    ],
  };
}

const EMPTY_WEEK = draftOfGrille(EMPTY_GRILLE).semaine;

/** One text of what was pasted and of what stays, and its inputs; what stays but cannot be read yet is left in them as typed. */
function together(
  { osm, pasted }: { osm: string; pasted: Grille },
  { own, before }: { own: GrilleDraft; before: Grille },
): DraftBefore {
  const reading = grilleOfDraft(own, before);
  const given = draftOfGrille(pasted);
  const { feries, variantes, exceptions } = own;
  const asTyped = {
    source: osm,
    grille: {
      ...given,
      feries,
      variantes: [...given.variantes, ...variantes],
      exceptions: [...exceptions, ...given.exceptions],
    },
  };
  // "Closed all week" is said by its text alone: the days would say nothing.
  if (!reading.ok || isEmptyGrille(pasted)) return asTyped;
  const { grille } = reading;
  const same = isEmptyGrille(grille) && grille.feries === pasted.feries;
  const text = textOfGrille({
    ...pasted,
    feries: grille.feries,
    variantes: [...pasted.variantes, ...grille.variantes],
    exceptions: [...grille.exceptions, ...pasted.exceptions],
    gardees: [...pasted.gardees, ...grille.gardees],
  });
  const source = same ? osm : text;
  const read = readSource(source);
  return read.kind === 'lu' ? { source, grille: draftOfGrille(read.grille) } : asTyped;
}

/** Whether closures say what no box of the form does alone: a part of the day, a reason, a weekday of certain periods. */
function saysMoreThanDays(rules: readonly Rule[], pasted: Grille): boolean {
  return (
    pasted.gardees.length > 0 ||
    rules.some(
      (rule) => rule.etat === 'ferme' && isDated(rule) && [...rule.weekdays, ...rule.weekdaysOrHolidays].length > 0,
    )
  );
}

/** A closure read after the hours that stand there, as one text; null where these cannot be read yet, or the two not together. */
function addText({ grille }: Standing, osm: string): Filled | null {
  if (grille === null || isEmptyGrille(grille)) return null;
  const source = `${textOfGrille(grille)}; ${osm}`;
  const read = readSource(source);
  return read.kind === 'lu' ? { source, grille: draftOfGrille(read.grille), reste: [REST], enleve: [] } : null;
}

function addTo({ source, draft }: Standing, { pasted, closed }: { pasted: Grille; closed: readonly number[] }): Filled {
  const given = draftOfGrille(pasted);
  const shut = draftOfClosedDays(draft, (day) => closed.includes(day));
  return { source, ...withDates(draft, { given, shut }) };
}

/** The days that a closure leaves, with what else the text says: closed periods, dates, public holidays. */
function withDates(
  draft: GrilleDraft,
  { given, shut }: { given: GrilleDraft; shut: GrilleDraft },
): Omit<Filled, 'source'> {
  const exceptions = withoutDates(draft.exceptions, given.exceptions);
  const known = shut.variantes.map((variante) => JSON.stringify(variante));
  const saysFeries = given.feries !== 'inconnu' && given.feries !== draft.feries;
  return {
    grille: {
      ...shut,
      variantes: [...shut.variantes, ...given.variantes.filter((one) => !known.includes(JSON.stringify(one)))],
      exceptions: [...exceptions, ...given.exceptions],
      feries: saysFeries ? given.feries : draft.feries,
    },
    reste: [REST],
    enleve: [
      ...(saysFeries ? describeFeries(draft.feries) : []),
      ...countExceptions(draft.exceptions.filter((exception) => !exceptions.includes(exception))),
    ],
  };
}

const REST = 'Tout le reste de vos horaires.';

/** "Fermé le mercredi": the week that stands there without these days, in certain weeks too. */
function draftOfClosedDays(draft: GrilleDraft, closes: (day: number) => boolean): GrilleDraft {
  const close = (semaine: GrilleDraft['semaine']) => semaine.map((rows, day) => (closes(day) ? [] : rows));
  const variantes = draft.variantes
    .map((variante) => ({ ...variante, semaine: close(variante.semaine) }))
    .filter(({ effet, semaine }) => effet !== 'ajoute' || semaine.some((rows) => rows.length > 0));
  return { ...draft, semaine: close(draft.semaine), variantes };
}

/**
 * "Fermé le mercredi", "fermé le jeudi après-midi": the draft closed as a text says that people write, in certain weeks too, and that
 * text with the week that stands there. Null where the text says more than closures, or where there is no week.
 */
export function closeWithin(own: DraftBefore, text: string): { filled: Filled; osm: string } | null {
  const { source, draft, grille } = standingOf(own);
  const usual = grille?.semaine;
  if (!usual || usual.every((plages) => plages.length === 0)) return null;
  const understood = understandHoraires(text, usual);
  const read = understood.ok ? grilleOfText(understood.osm) : null;
  if (!understood.ok || !read?.ok || read.grille.gardees.length > 0) return null;
  const given = draftOfGrille(read.grille);
  const had = (day: number) => (usual[day] ?? []).length;
  const left = (day: number) => (read.grille.semaine[day] ?? []).length;
  const shut = draftOfClosedDays(draft, (day) => had(day) > 0 && left(day) === 0);
  const semaine = shut.semaine.map((rows, day) => (had(day) > left(day) ? (given.semaine[day] ?? []) : rows));
  return { filled: { source, ...withDates(draft, { given, shut: { ...shut, semaine } }) }, osm: understood.osm };
}

function isPeriod(quand: VarianteDraft['quand']): boolean {
  return quand === 'saison' || quand === 'vacances';
}

/** A kept rule that adds to another, or fills in for it, bears its separator. */
const ADDS = /^(?:,|\|\|)\s*/;

function rulesOfKept(texte: string): readonly Rule[] {
  return readRules(texte.replace(ADDS, '')).rules;
}

/** Whether a kept rule is about days that a week says nothing of: dates of a year, a dated closure, public holidays. */
function isOfDays(texte: string, pasted: Grille): boolean {
  if (ADDS.test(texte)) return false;
  return rulesOfKept(texte).every((rule) => {
    if (rule.weekdays.length === 0 && rule.dates.length === 0 && namesFeries(rule)) return pasted.feries === 'inconnu';
    if (rule.etat === 'ferme' && (rule.dates.length > 0 || rule.holidays.length > 0)) return true;
    return rule.dates.length > 0 && rule.dates.every((range) => range.kind === 'jours' && range.from.year !== null);
  });
}

/** The exceptions but those of the very dates that a pasted one gives. */
function withoutDates(own: readonly ExceptionDraft[], given: readonly ExceptionDraft[]): ExceptionDraft[] {
  const dates = ({ du, au }: ExceptionDraft) => `${du} ${au || du}`;
  return own.filter((exception) => !given.some((other) => dates(other) === dates(exception)));
}

/** One sentence for each of the variantes of a draft. */
function describeVariantes(draft: GrilleDraft, grille: Grille | null): string[] {
  if (!grille) return draft.variantes.map((_, index) => `Semaines particulières ${index + 1}.`);
  return partsOfGrille(grille).variantes.map((rules) => rules.map(describeRule).join(' '));
}

function describeFeries(feries: Grille['feries']): string[] {
  if (feries === 'inconnu') return [];
  return [`Jours fériés\u00a0: ${feries === 'ferme' ? 'fermé' : 'ouvert comme les autres jours'}.`];
}

/** `Une fermeture exceptionnelle et 2 ouvertures exceptionnelles.` */
function countExceptions(exceptions: readonly ExceptionDraft[]): string[] {
  const words = (['fermeture', 'ouverture'] as const).flatMap((noun) => {
    const genre = noun === 'fermeture' ? 'ferme' : 'ouvert';
    const count = exceptions.filter((exception) => exception.genre === genre).length;
    if (count === 0) return [];
    return [count === 1 ? `une ${noun} exceptionnelle` : `${count} ${noun}s exceptionnelles`];
  });
  return words.length === 0 ? [] : [`${capitalize(joinWords(words))}.`];
}
