import { civilOf, formatLocalDate, parseLocalDate } from './horaires/dates.ts';
import { localDay, localInstant, localMoment } from './horaires/opening.ts';
import { nomOfDepartement, nomOfRegion, parseTerritoire } from './territoire.ts';

const PARIS = 'Europe/Paris';

/** 04:30: minutes since midnight in Paris. Neither clock change comes near it. */
const NIGHTLY_MINUTE = 4 * 60 + 30;

/** The days of the last month are kept, then the first export of each month. */
const DAILY_DAYS = 30;

/** The local day of an instant in Paris, AAAA-MM-JJ. */
export function parisDay(instant: Date): string {
  return localDay(instant, PARIS);
}

/**
 * The day (AAAA-MM-JJ, Europe/Paris) whose nightly export should be made now, or null. It is due from 04:30 local time, once a
 * local day, whenever that is asked: late where nobody was there at 04:30. An export made by hand earlier that day does not
 * count, one made after 04:30 does.
 * @param madeAt when the export that bears today's date was last made, null where there is none
 */
export function nightlyExportDue(now: Date, madeAt: Date | null): string | null {
  const { day } = localMoment(now, PARIS);
  const due = localInstant(day, NIGHTLY_MINUTE, PARIS);
  if (now < due || (madeAt !== null && madeAt >= due)) return null;
  return formatLocalDate(day);
}

/**
 * The day (AAAA-MM-JJ) of the first export of a new installation, which does not wait for the night: today's from 04:30 in Paris,
 * else yesterday's, so that today's is still made in its time.
 */
export function firstExportDay(now: Date): string {
  const { day } = localMoment(now, PARIS);
  return formatLocalDate(now < localInstant(day, NIGHTLY_MINUTE, PARIS) ? day - 1 : day);
}

/**
 * Why an export is not published, as the end of a French sentence, or null: it holds nothing, it lost more than 5 % of its lieux since
 * the one that is served, or more than 0.1 % of them are against the standard.
 * @param precedentes how many lieux the export has that is served; null where there is none
 */
export function reasonToHold({
  lignes,
  ecartes,
  precedentes,
}: {
  lignes: number;
  ecartes: number;
  precedentes: number | null;
}): string | null {
  const before = precedentes ?? 0;
  if (lignes === 0 && before > 0) return 'il ne contient aucun lieu';
  if (ecartes > (lignes + ecartes) / 1000)
    return `${ecartes} ${ecartes > 1 ? 'lieux ne respectent' : 'lieu ne respecte'} pas le standard, sur ${lignes + ecartes}`;
  if (lignes < before * 0.95) return `il aurait ${lignes} lieux, pour ${before} dans celui qui est en ligne`;
  return null;
}

/** Which of these days (AAAA-MM-JJ) are no longer kept: older than 30 days before `today`, and not the first kept day of their month. */
export function joursToForget(jours: readonly string[], today: string): string[] {
  const day = parseLocalDate(today);
  if (day === null) throw new RangeError(`not a date: ${today}`);
  const oldest = formatLocalDate(day - DAILY_DAYS);
  const months = new Set<string>();
  return [...jours].sort().filter((jour) => {
    const first = !months.has(jour.slice(0, 7));
    months.add(jour.slice(0, 7));
    return jour < oldest && !first;
  });
}

const TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  geojson: 'application/geo+json; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

/** The media type of an exported file, by how its name ends. */
export function typeOfExport(nom: string): string {
  return TYPES[nom.slice(nom.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

/** Whether a text is a real day, AAAA-MM-JJ, of this century. */
export function isJour(text: string): boolean {
  const day = parseLocalDate(text);
  return day !== null && civilOf(day).year >= 2000 && civilOf(day).year < 2100;
}

/**
 * The name of an exported file by the rule of the standard: `AAAAMMJJ_idProducteur_lieux-de-mediation-numerique_territoire.ext`, the
 * territoire as in its example `RegionSud`: `France`, `RegionNouvelleAquitaine`, `DepartementGironde`.
 * https://github.com/LaMednum/standard-mediation-num#recommandations-pour-le-nommage-des-fichiers-
 * @param nom `lieux.csv`, `changements.csv`
 * @param territoire `region:75`, `departement:33`; null for the whole
 */
export function nomStandard({
  jour,
  producteur,
  nom,
  territoire,
}: {
  jour: string;
  producteur: string;
  nom: string;
  territoire: string | null;
}): string {
  const [base = '', extension = ''] = nom.slice(nom.lastIndexOf('/') + 1).split('.');
  const what = base === 'lieux' ? '' : `-${base}`;
  return `${jour.replaceAll('-', '')}_${producteur}_lieux-de-mediation-numerique${what}_${nomDuTerritoire(territoire)}.${extension}`;
}

function nomDuTerritoire(territoire: string | null): string {
  if (territoire === null) return 'France';
  const { type, code } = parseTerritoire(territoire) ?? { type: 'territoire', code: territoire };
  const nom = (type === 'region' ? nomOfRegion(code) : nomOfDepartement(code)) ?? code;
  const words =
    `${type} ${nom}`
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .match(/[A-Za-z0-9]+/g) ?? [];
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
