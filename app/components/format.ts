/** Dates, numbers and telephone numbers as French people write them. Instants need a time zone, said by the caller. */

import type { EtatDeLabel } from '#app/domain/labels-verifies.ts';

const NBSP = '\u00a0';

type Instant = Date | string;

/** `mardi 24 novembre 2026 à 9 h 30`, in the given IANA zone. */
export function formatInstant(instant: Instant, zone = 'Europe/Paris'): string {
  return `${formatDay(instant, zone)} à ${formatHour(instant, zone)}`;
}

/** `mardi 24 novembre 2026` (`1er` for the first), of an instant seen in the given IANA zone. */
export function formatDay(instant: Instant, zone = 'Europe/Paris'): string {
  return longDay(new Date(instant), zone, true);
}

/** What is said of a label: `vérifié : liste France services du 12 novembre 2026`, `déclaré par la structure`. */
export function formatEtatDeLabel(etat: EtatDeLabel): string {
  if (etat.etat === 'declare') return 'déclaré par la structure';
  return `vérifié${NBSP}: liste ${etat.liste} du ${formatDate(etat.date)}`;
}

/** `24 novembre 2026` of a local date `AAAA-MM-JJ`; the text itself where it is not one. */
export function formatDate(date: string): string {
  const day = utcDay(date);
  return day === null ? date : longDay(day, 'UTC', false);
}

/** `mardi 24 novembre 2026` of a local date `AAAA-MM-JJ`; the text itself where it is not one. */
export function formatDateWithWeekday(date: string): string {
  const day = utcDay(date);
  return day === null ? date : longDay(day, 'UTC', true);
}

/** `9 h 30`, `14 h`, of an instant seen in the given IANA zone. */
export function formatHour(instant: Instant, zone = 'Europe/Paris'): string {
  const parts = partsOf(
    new Intl.DateTimeFormat('fr-FR', { hour: 'numeric', minute: 'numeric', hourCycle: 'h23', timeZone: zone }),
    new Date(instant),
  );
  return hourText(Number(parts.hour), Number(parts.minute));
}

/** `9 h 30`, `14 h`, `minuit` for 0 and 1440, of minutes since local midnight; past midnight counts on (1500 is `1 h`). */
export function formatMinutes(minutes: number): string {
  if (minutes % 1440 === 0) return 'minuit';
  return hourText(Math.floor(minutes / 60) % 24, minutes % 60);
}

/** `45 min`, `1 h`, `1 h 30`. */
export function formatDuration(minutes: number): string {
  return minutes < 60 ? `${minutes}${NBSP}min` : hourText(Math.floor(minutes / 60), minutes % 60);
}

/** `92`, `2,5`, `0,43`, `moins de 0,01`: as many figures as tell two territories apart. */
export function formatIndicateur(value: number): string {
  if (value > 0 && value < 0.01) return `moins de ${formatNumber(0.01)}`;
  return formatNumber(value, value < 1 ? 2 : value < 10 ? 1 : 0);
}

/** `17 414`, `2,5`, `1 %` is not its business. */
export function formatNumber(value: number, maximumFractionDigits = 2): string {
  return new Intl.NumberFormat('fr-FR', { maximumFractionDigits }).format(value);
}

/** `1 lieu`, `0 lieu`, `3 415 lieux`: in French zero and one are singular. */
export function formatCount(count: number, singular: string, plural: string): string {
  return `${formatNumber(count)}${NBSP}${Math.abs(count) < 2 ? singular : plural}`;
}

/** `350 m`, `2,4 km`, `38 km`, from kilometres. */
export function formatDistance(km: number): string {
  if (km < 0.995) return `${formatNumber(Math.max(10, Math.round(km * 100) * 10))}${NBSP}m`;
  return `${formatNumber(km, km < 9.95 ? 1 : 0)}${NBSP}km`;
}

/** `850 o`, `12 ko`, `3,4 Mo`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes}${NBSP}o`;
  if (bytes < 999_500) return `${formatNumber(bytes / 1000, 0)}${NBSP}ko`;
  return `${formatNumber(bytes / 1_000_000, 1)}${NBSP}Mo`;
}

const OVERSEAS = ['262', '508', '590', '594', '596', '681', '687', '689'];

/**
 * `+33180059880` as `01 80 05 98 80`, overseas as dialled there (`+262262301010` as `02 62 30 10 10`, `+687254000` as
 * `+687 25 40 00`), short numbers (`3949`) as `39 49`; anything else unchanged.
 */
export function formatTelephone(telephone: string): string {
  const compact = telephone.replace(/[\s.\-()\u00a0\u202f]/g, '').replace(/^00/, '+');
  const pairs = (digits: string) => (digits.match(/\d{2}/g) ?? []).join(NBSP);
  if (/^\d{10}$/.test(compact) && compact.startsWith('0')) return pairs(compact);
  if (/^\d{4}$/.test(compact)) return pairs(compact);
  const metropolitan = /^\+33(\d{9})$/.exec(compact);
  if (metropolitan) return pairs(`0${metropolitan[1]}`);
  const prefix = OVERSEAS.find((code) => compact.startsWith(`+${code}`));
  const rest = prefix === undefined ? '' : compact.slice(prefix.length + 1);
  if (/^\d{9}$/.test(rest)) return pairs(`0${rest}`);
  if (/^\d{6}$/.test(rest) || (/^\d{8}$/.test(rest) && prefix === '689')) return `+${prefix}${NBSP}${pairs(rest)}`;
  return telephone;
}

/** The `tel:` address of a number; null where a telephone could not dial it. */
export function telephoneHref(telephone: string): string | null {
  const compact = telephone.replace(/[\s.\-()\u00a0\u202f]/g, '');
  return /^\+?\d{3,15}$/.test(compact) ? `tel:${compact}` : null;
}

function longDay(day: Date, zone: string, weekday: boolean): string {
  const parts = partsOf(
    new Intl.DateTimeFormat('fr-FR', {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      timeZone: zone,
    }),
    day,
  );
  const date = `${parts.day === '1' ? '1er' : parts.day}${NBSP}${parts.month} ${parts.year}`;
  return weekday ? `${parts.weekday} ${date}` : date;
}

function utcDay(date: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return null;
  const day = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date ? null : day;
}

function hourText(hours: number, minutes: number): string {
  return minutes === 0 ? `${hours}${NBSP}h` : `${hours}${NBSP}h${NBSP}${String(minutes).padStart(2, '0')}`;
}

function partsOf(format: Intl.DateTimeFormat, instant: Date): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  return Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
}
