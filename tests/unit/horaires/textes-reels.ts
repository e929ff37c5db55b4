import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

const FILE = new URL('../../../../shared/data/lieux-reels.csv', import.meta.url);

/** Whether the real data (read only, not part of the project) is beside the project. */
export const HAS_REAL_TEXTS = existsSync(FILE);

/** The distinct texts of `horaires` of the real rows with the number of rows that have each, in the order of the file. */
export function realTexts(): { text: string; rows: number }[] {
  if (!HAS_REAL_TEXTS) return [];
  const rows: Record<string, string>[] = parse(readFileSync(FILE), { columns: true, bom: true, relax_quotes: true });
  const counts = new Map<string, number>();
  for (const row of rows) {
    const text = row.horaires ?? '';
    if (text.trim() !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => ({ text, rows: count }));
}
