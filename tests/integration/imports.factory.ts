import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { ChoixColonnes } from '#app/domain/tableau/colonnes.ts';
import { importFichier } from '#app/imports/importer.ts';
import type { Auteur } from '#app/imports/portee.ts';
import type { LigneRapport } from '#app/imports/rapport.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { lieuOf, lockFiche } from '#db/fiches.ts';
import { submitRevision } from '#db/revisions.ts';
import type { DB } from '#db/types.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

export const communes = loadCommunes();
/** Monday 1 June 2026, 10:00 in Paris. */
export const NOW = new Date('2026-06-01T08:00:00Z');

type Row = Readonly<Record<string, string>>;

const RIGHT: Row = {
  pivot: '43493312300029',
  nom: 'Médiathèque Garonne',
  commune: 'Bordeaux',
  code_postal: '33000',
  code_insee: '33063',
  adresse: '12 rue des Écoles',
  latitude: '44.84',
  longitude: '-0.58',
  telephone: '+33556000000',
  services: 'Aide aux démarches administratives',
  horaires: 'Mo-Fr 09:00-12:00',
  source: 'hub',
  date_maj: '2026-01-15',
};

/** A database of its own for the tests of a file, without lieux nor imports at the beginning of each. */
export function databaseOfImports() {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.db.deleteFrom('lieu').execute();
    await database.db.deleteFrom('import_lot').execute();
  });
  return {
    get db() {
      return database.db;
    },
  };
}

/** Every lieu, by id. */
export function listLieux(db: Kysely<DB>) {
  return db.selectFrom('lieu').selectAll().orderBy('id').execute();
}

/** A CSV of right rows, each with its changes. */
export function csvOf(rows: readonly Row[]): string {
  const columns = [...new Set(['id', ...Object.keys(RIGHT), ...rows.flatMap((row) => Object.keys(row))])];
  const lines = rows.map((row) =>
    columns.map((column) => `"${({ ...RIGHT, ...row }[column] ?? '').replaceAll('"', '""')}"`),
  );
  return [columns, ...lines].map((cells) => cells.join(',')).join('\n');
}

/** The same rows as a program writes them by default: a list of objects, all on one line. */
export function jsonOf(rows: readonly Row[]): string {
  return JSON.stringify(rows.map((row) => ({ ...RIGHT, ...row })));
}

/** Right rows as features of a map, on one line, each with its point and its id where GeoJSON puts them. */
export function geoJsonOf(rows: readonly Row[]): string {
  const features = rows.map((row) => {
    const { id, latitude, longitude, ...properties }: Row = { ...RIGHT, ...row };
    const geometry = { type: 'Point', coordinates: [Number(longitude), Number(latitude)] };
    return { type: 'Feature', id, geometry, properties };
  });
  return JSON.stringify({ type: 'FeatureCollection', features });
}

/** Imports a text as the command does, and gives what it reports. */
export async function importText(
  db: Kysely<DB>,
  text: string,
  {
    source = null,
    simuler = false,
    now = NOW,
    auteur,
    choix,
  }: { source?: string | null; simuler?: boolean; now?: Date; auteur?: Auteur; choix?: ChoixColonnes } = {},
) {
  const rapport: LigneRapport[] = [];
  const bilan = await importFichier(db, {
    bytes: bytesOf(text),
    chemin: null,
    fichier: 'essai.csv',
    source,
    simuler,
    ...(choix && { choix }),
    lancePar: null,
    communes,
    now,
    ...(auteur && { auteur }),
    onRapport: (ligne) => rapport.push(ligne),
  });
  return { ...bilan, rapport: rapport.filter(({ message }) => message !== 'Le fichier n’a pas cette colonne.') };
}

/** A moderator, who stands for whoever confirms values. */
export async function confirm(db: Kysely<DB>, lieuId: string, values: { telephone?: string; nom?: string }) {
  await db
    .insertInto('utilisateur')
    .values({ id: 'moderatrice', courriel: 'moderatrice@exemple.fr' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await db.transaction().execute(async (trx) => {
    const fiche = await lockFiche(trx, lieuId);
    if (!fiche) throw new Error(`no lieu ${lieuId}`);
    await submitRevision(trx, {
      lieuId,
      section: 'coordonnees',
      base: lieuOf(fiche),
      values,
      auteur: { id: 'moderatrice', verified: true, moderator: true },
      mode: 'mixte',
      writing: { now: NOW, today: '2026-06-01', communes },
    });
  });
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

/** Every row of the tables that an import writes, as it is on the disk: what no run may touch is the same afterwards. */
export async function snapshotOf(db: Kysely<DB>): Promise<string> {
  const tables = [
    'lieu',
    'ouverture_datee',
    'permanence_datee',
    'revision',
    'revision_champ',
    'journal',
    'import_lot',
    'import_changement',
  ] as const;
  const places: string[] = [];
  for (const table of tables) {
    const { rows } = await sql<{ place: string }>`SELECT ctid || ' ' || xmin AS place FROM ${sql.table(table)}`.execute(
      db,
    );
    places.push(
      `${table}: ${rows
        .map(({ place }) => place)
        .sort()
        .join(', ')}`,
    );
  }
  return places.join('\n');
}
