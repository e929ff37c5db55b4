/** What a number in a cell means: a spreadsheet keeps dates and postcodes as numbers. */
export type Sens = 'nombre' | 'date' | 'heure' | { chiffres: number };

/** Formats that every spreadsheet knows by number. */
const KNOWN: Readonly<Record<number, Sens>> = Object.fromEntries([
  ...[14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58].map((id) => [id, 'date']),
  ...[18, 19, 20, 21, 32, 33, 45, 46, 47].map((id) => [id, 'heure']),
]);

/** What a number format makes of a number; `00000` writes five figures, `dd/mm/yyyy` a date. */
export function sensOf(id: number, code: string | undefined): Sens {
  if (code === undefined) return KNOWN[id] ?? 'nombre';
  const bare = (code.split(';')[0] ?? '').replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '');
  if (/^0[0 ]*0$/.test(bare)) return { chiffres: bare.replaceAll(' ', '').length };
  if (/[dyja]/i.test(bare.replace(/general|standard/gi, ''))) return 'date';
  return /[hs]/i.test(bare) ? 'heure' : 'nombre';
}

const DAY_MS = 86_400_000;

/** A number of a cell as a person reads it: `2026-01-31`, `09:30`, `01000`; numbers never in powers of ten. */
export function numberText(written: string, sens: Sens, date1904: boolean): string {
  const value = Number(written);
  if (written.trim() === '' || !Number.isFinite(value)) return written;
  if (sens === 'date' && value >= 1 && value < 2_958_466) return dayOf(value, date1904);
  if (sens === 'heure' && value >= 0 && value < 1) {
    const minutes = Math.round(value * 1440);
    return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  }
  const plain = plainNumber(value);
  return typeof sens === 'object' && /^\d+$/.test(plain) ? plain.padStart(sens.chiffres, '0') : plain;
}

/** Spreadsheets count days from 30 December 1899 (and believe that 29 February 1900 existed), or from 1904. */
function dayOf(serial: number, date1904: boolean): string {
  const day = Math.floor(serial) + (date1904 ? 1462 : 0);
  const epoch = Date.UTC(1899, 11, day < 60 ? 31 : 30);
  return new Date(epoch + day * DAY_MS).toISOString().slice(0, 10);
}

function plainNumber(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return Number.isInteger(value) ? BigInt(value).toString() : value.toFixed(12).replace(/\.?0+$/, '');
}
