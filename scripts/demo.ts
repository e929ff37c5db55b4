import { type Kysely, sql, type Transaction } from 'kysely';
import { parisDay } from '#app/domain/exports.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import type { Permanence } from '#app/domain/permanences.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { replaceDatees } from '#db/datees.ts';
import { type LieuWriting, lieuColumns } from '#db/lieux.ts';
import type { DB } from '#db/types.ts';
import {
  seedRevisionOfPermanences,
  seedRevisionsOfReseau,
  seedRevisionsOfTeams,
  seedSignalements,
} from './demo/activite.ts';
import { seedAgenda } from './demo/agenda.ts';
import {
  ANIMATEUR,
  compte,
  GESTIONNAIRE,
  GIRONDE,
  insertComptes,
  insertStructure,
  LYON,
  MODERATION,
  NOUVELLE,
} from './demo/comptes.ts';
import { makeDemoLieux } from './demo/lieux.ts';
import { drawPermanences, permanencesOfGaronne } from './demo/permanences.ts';
import { makeReseaux, type Reseau } from './demo/reseaux.ts';

/** Who can sign in to the demonstration, and as what. */
export const DEMO_ACCOUNTS: readonly { courriel: string; role: string }[] = [
  GESTIONNAIRE,
  MODERATION,
  GIRONDE,
  ANIMATEUR,
  LYON,
].map(({ courriel, role }) => ({ courriel, role }));

/** How many lieux the set has in all. */
export const DEMO_LIEUX = 3_000;

/** Every demonstration lieu, and the two structures among them: the same each time but for dates, counted back from `today`. */
export function makeDemoSet(communes: CommuneIndex, today: string): { lieux: Lieu[]; garonne: Reseau; pas: Reseau } {
  const { garonne, pas } = makeReseaux(communes, today);
  const chosen = [...garonne.lieux, ...pas.lieux];
  const drawn = makeDemoLieux(communes, { count: DEMO_LIEUX - chosen.length, today });
  return { lieux: [...chosen, ...drawn], garonne, pas };
}

/** The permanences of those demonstration lieux that have some, by id. */
export function makeDemoPermanences(
  { lieux, garonne }: { lieux: readonly Lieu[]; garonne: Reseau },
  options: { communes: CommuneIndex; today: string },
): Map<string, Permanence[]> {
  const chosen = new Map<string, Permanence[]>(garonne.lieux.map(({ id }) => [id, []]));
  const [bastide, , , , bus] = garonne.lieux;
  if (bastide) chosen.set(bastide.id, permanencesOfGaronne('bastide', options.today));
  if (bus) chosen.set(bus.id, permanencesOfGaronne('bus', options.today));
  const all = lieux.map((lieu) => [lieu.id, chosen.get(lieu.id) ?? drawPermanences(lieu, options)] as const);
  return new Map(all.filter(([, permanences]) => permanences.length > 0));
}

/**
 * Fills an empty database with the demonstration set, everything marked `demo`; does nothing to one that holds an
 * account or a lieu. One transaction under a lock: killed, it leaves nothing; of two processes, one does it.
 */
export async function seedDemo(
  db: Kysely<DB>,
  { communes, now, log }: { communes: CommuneIndex; now: Date; log: { info(message: string): void } },
): Promise<void> {
  if (!(await isEmpty(db))) return;
  const started = Date.now();
  const today = parisDay(now);
  const set = makeDemoSet(communes, today);
  const drawn = makeDemoPermanences(set, { communes, today });
  const writings = set.lieux.map((lieu) => {
    const given = drawn.get(lieu.id) ?? [];
    return { lieu, given, ...lieuColumns(lieu, { communes, now, today, permanences: given }) };
  });
  const seeded = await db.transaction().execute(async (trx) => {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended('demonstration', 0))`.execute(trx);
    if (!(await isEmpty(trx))) return false;
    await seedAll(trx, { garonne: set.garonne, pas: set.pas, writings, communes, now });
    return true;
  });
  if (seeded) log.info(`Jeu de démonstration : ${set.lieux.length} lieux fictifs, en ${Date.now() - started} ms`);
}

/** Whether a database holds neither an account nor a lieu. */
export async function isEmpty(db: Kysely<DB>): Promise<boolean> {
  const { rows } = await sql<{ vide: boolean }>`
    SELECT NOT EXISTS (SELECT FROM lieu) AND NOT EXISTS (SELECT FROM utilisateur) AS vide`.execute(db);
  return rows[0]?.vide === true;
}

interface DemoWriting extends LieuWriting {
  lieu: Lieu;
  /** Its permanences, as they are written. */
  given: readonly Permanence[];
}

interface DemoSet {
  garonne: Reseau;
  pas: Reseau;
  writings: readonly DemoWriting[];
  communes: CommuneIndex;
  now: Date;
}

async function seedAll(trx: Transaction<DB>, { garonne, pas, writings, communes, now }: DemoSet): Promise<void> {
  const teams = chooseTeams(writings, [...garonne.lieux, ...pas.lieux]);
  const people = [GESTIONNAIRE, MODERATION, GIRONDE, ANIMATEUR, LYON, NOUVELLE, ...teams.map((team) => team.compte)];
  await insertComptes(trx, people, now);
  await insertRoles(trx, now);

  const by = { now, moderateurId: MODERATION.id };
  const owners = new Map<string, number>();
  const reseaux = [
    { reseau: garonne, membres: [{ compte: GESTIONNAIRE, accepted: true }] },
    {
      reseau: pas,
      membres: [
        { compte: LYON, accepted: true },
        { compte: NOUVELLE, accepted: false },
      ],
    },
  ];
  for (const { reseau, membres } of reseaux) {
    const structureId = await insertStructure(trx, { nom: reseau.nom, pivot: reseau.pivot, membres }, by);
    for (const { id } of reseau.lieux) owners.set(id, structureId);
  }
  for (const { lieu, compte, accepted } of teams) {
    const structure = { nom: lieu.nom ?? lieu.id, pivot: lieu.pivot, membres: [{ compte, accepted }] };
    owners.set(lieu.id, await insertStructure(trx, structure, by));
  }
  await insertLieux(trx, { writings, owners, now });

  const scene = { communes, now };
  const moderateurId = MODERATION.id;
  const auteurId = GESTIONNAIRE.id;
  await seedRevisionsOfReseau(trx, { lieux: garonne.lieux, auteurId, moderateurId, scene });
  await seedRevisionOfPermanences(trx, { lieux: garonne.lieux, auteurId, scene });
  const authored = teams.map(({ lieu, compte, accepted }) => ({ lieu, auteurId: compte.id, accepted }));
  const lyon = pas.lieux.map((lieu) => ({ lieu, auteurId: LYON.id, accepted: true }));
  await seedRevisionsOfTeams(trx, { teams: [...authored, ...lyon], moderateurId, scene });
  const reported = [...garonne.lieux.slice(0, 3), ...chooseByDepartement(writings, REPORTED, new Set(owners.keys()))];
  await seedSignalements(trx, { lieux: reported, moderateurId, now });
  for (const { id } of garonne.lieux.slice(0, 2)) await seedAgenda(trx, { lieuId: id, utilisateurId: auteurId, now });
}

async function insertRoles(trx: Transaction<DB>, now: Date): Promise<void> {
  await trx
    .insertInto('moderateur')
    .values([
      { utilisateur_id: MODERATION.id, departements: null, accorde_le: now },
      { utilisateur_id: GIRONDE.id, departements: ['33'], accorde_le: now },
    ])
    .execute();
  await trx
    .insertInto('animateur')
    .values({
      utilisateur_id: ANIMATEUR.id,
      organisation: 'Hub des Landes et du Béarn',
      territoires: ['departement:40', 'departement:64'],
      accorde_par: MODERATION.id,
      accorde_le: now,
    })
    .execute();
}

/** Where a lieu has a team of its own, which has sent a change: several in the territories of the demonstration accounts. */
const TEAMS = [
  '33',
  '75',
  '40',
  '59',
  '64',
  '33',
  '974',
  '13',
  '40',
  '2A',
  '67',
  '33',
  '64',
  '971',
  '31',
  '35',
  '06',
  '44',
  '40',
  '988',
];

/** Where citizens have reported something. */
const REPORTED = ['33', '33', '40', '64', '75', '69', '59', '974', '29', '13', '40', '972'];

function chooseTeams(writings: readonly DemoWriting[], without: readonly Lieu[]) {
  const lieux = chooseByDepartement(writings, TEAMS, new Set(without.map(({ id }) => id)));
  return lieux.map((lieu, index) => ({
    lieu,
    compte: compte(`equipe-${index + 1}`, `Équipe ${index + 1}`, `responsable d’un lieu`),
    accepted: index % 6 !== 4,
  }));
}

/** For each département of the list, its next public lieu. */
function chooseByDepartement(
  writings: readonly DemoWriting[],
  departements: readonly string[],
  without: ReadonlySet<string>,
): Lieu[] {
  const taken = new Set(without);
  return departements.flatMap((departement) => {
    const found = writings.find(
      ({ columns }) => columns.departement === departement && columns.manquants.length === 0 && !taken.has(columns.id),
    );
    if (!found) return [];
    taken.add(found.columns.id);
    return [found.lieu];
  });
}

const CHUNK = 500;

async function insertLieux(
  trx: Transaction<DB>,
  { writings, owners, now }: { writings: readonly DemoWriting[]; owners: ReadonlyMap<string, number>; now: Date },
): Promise<void> {
  for (let start = 0; start < writings.length; start += CHUNK) {
    const rows = writings.slice(start, start + CHUNK).map(({ columns, given }, index) => {
      const modifie_le = columns.date_maj === null ? now : new Date(`${columns.date_maj}T10:00:00Z`);
      return {
        ...columns,
        permanences: JSON.stringify(given),
        origine: 'demonstration',
        id_origine: columns.id,
        structure_id: owners.get(columns.id) ?? null,
        demo: true,
        cree_le: modifie_le,
        modifie_le,
        confirme_le: index % 5 === 0 ? modifie_le : null,
      };
    });
    await trx.insertInto('lieu').values(rows).execute();
  }
  for (let start = 0; start < writings.length; start += CHUNK)
    await replaceDatees(trx, writings.slice(start, start + CHUNK));
}
