import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import { storeHoraires } from '#app/domain/horaires/store.ts';
import { makeDemoLieux } from '#scripts/demo/lieux.ts';
import type { World } from './types.ts';

/** Hours for the lieux of the bench: as different from each other as those that people wrote. */

/** Beside the checkout where the bench is run by who has it; seen from build/bin. */
const REAL_FILE = new URL('../../../shared/data/lieux-reels.csv', import.meta.url);
/** Local day from which their openings are computed. */
export const TODAY = '2026-01-15';

/** Every text of hours of the real file, in its order and as often as it comes; invented ones where the file is not there. */
export function givenTexts({ communes, lieux }: Pick<World, 'communes' | 'lieux'>): {
  texts: readonly string[];
  kind: 'real' | 'invented';
} {
  const real = existsSync(REAL_FILE);
  const all = real ? realTexts() : makeDemoLieux(communes, { count: lieux, today: TODAY }).map((lieu) => lieu.horaires);
  const texts = all.filter((text) => text !== null && text.trim() !== '').map(String);
  return { texts, kind: real ? 'real' : 'invented' };
}

/** Gives every lieu of the bench's database one of these texts, in the proportions in which they come; returns them lieu by lieu. */
export async function giveHours(world: World): Promise<string[]> {
  const { db } = world;
  const { texts } = givenTexts(world);
  const rows = await db.selectFrom('lieu').select(['id', 'code_insee', 'code_postal']).orderBy('id').execute();
  const given = rows.map((_, number) => texts[(number * 7919) % texts.length] ?? '');
  const stored = rows.map(({ code_insee, code_postal }, number) =>
    JSON.stringify(
      storeHoraires(given[number] ?? '', { code_insee, code_postal, latitude: null, longitude: null }, TODAY)
        .horaires_intervalles,
    ),
  );
  await sql`
    UPDATE lieu SET horaires_intervalles = given.intervalles::jsonb
    FROM unnest(${rows.map(({ id }) => id)}::text[], ${stored}::text[]) AS given (id, intervalles)
    WHERE lieu.id = given.id`.execute(db);
  return given;
}

function realTexts(): (string | null)[] {
  const rows: Record<string, string>[] = parse(readFileSync(REAL_FILE), {
    columns: true,
    bom: true,
    relax_quotes: true,
  });
  return rows.map((row) => row.horaires ?? null);
}
