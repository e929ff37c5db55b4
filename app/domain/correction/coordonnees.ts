import { fromLambert93, isInFrance, type Position } from '../coordonnees.ts';
import type { Mend } from './texte.ts';

/** `43,52609` → `43.52609`; `48° 51' 24.5" N` → decimal degrees; a thousand separator or a unit is left as it is. */
export function mendDegrees(text: string): Mend {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return { text, notes: [] };
  const bare = text
    .replace(/^'/, '')
    .replace(/[\s\u00a0\u202f]+/g, '')
    .replace(/^[\u2212\u2013]/, '-')
    .replace(/°$/, '');
  if (/^[+-]?\d+[.,]\d+$/.test(bare)) {
    const note = bare.includes(',') ? 'virgule remplacée par un point' : 'nombre nettoyé';
    return { text: bare.replace(/^\+/, '').replace(',', '.'), notes: [note] };
  }
  if (/^[+-]?\d{1,8}$/.test(bare)) return { text: bare.replace(/^\+/, ''), notes: ['nombre nettoyé'] };
  const sexagesimal = /^(\d{1,3})°(\d{1,2})['’′](?:(\d{1,2}(?:[.,]\d+)?)(?:["”″]|''))?([NSEOW])$/i.exec(bare);
  if (!sexagesimal) return { text, notes: [] };
  const [, degrees, minutes, seconds = '0', side = 'N'] = sexagesimal;
  const value = Number(degrees) + Number(minutes) / 60 + Number(seconds.replace(',', '.')) / 3600;
  const signed = /[SOW]/i.test(side) ? -value : value;
  return { text: String(Math.round(signed * 1e6) / 1e6), notes: ['degrés, minutes, secondes convertis'] };
}

/**
 * A pair that is not where its postcode (else its INSEE code) says, and would be if latitude and longitude were swapped,
 * or if it were in metres of Lambert-93 → the pair in degrees, with what was done. Null where there is nothing to mend.
 */
export function mendPair(pair: Position, code: string | null): (Position & { note: string }) | null {
  if (isInFrance(pair, code)) return null;
  const swapped = { latitude: pair.longitude, longitude: pair.latitude };
  if (isInFrance(swapped, code)) return { ...swapped, note: 'latitude et longitude étaient inversées' };
  for (const [x, y] of [
    [pair.longitude, pair.latitude],
    [pair.latitude, pair.longitude],
  ] as const) {
    const converted = fromLambert93(x, y);
    if (converted && isInFrance(converted, code))
      return { ...converted, note: 'coordonnées Lambert-93 converties en degrés' };
  }
  return null;
}
