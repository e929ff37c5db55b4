import { createHash, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { lockManagedAgenda } from '#db/rendez-vous/agenda.ts';
import type { BookingRequest } from '#db/rendez-vous/reservations.ts';
import { insertPlage, insertPrestation, insertRessource } from '#db/rendez-vous/rules.ts';
import type { DB } from '#db/types.ts';

/** Monday 1 June 2026, 08:00 in Paris. */
export const NOW = new Date('2026-06-01T06:00:00Z');

export interface TestAgenda {
  lieuId: string;
  utilisateurId: string;
  ressourceIds: number[];
  prestationId: number;
  plageIds: number[];
}

interface AgendaOptions {
  lieuId?: string;
  ressources?: number;
  capacite?: number;
  duree?: number;
  pas?: number;
  tampon?: number;
  accepte?: boolean;
  fuseau?: string;
}

/** A public lieu whose accepted member opens Monday to Friday, 09:00 to 12:00, for one kind of help. */
export async function createAgenda(db: Kysely<DB>, options: AgendaOptions = {}): Promise<TestAgenda> {
  const { ressources = 1, capacite = 1, duree = 30, pas = duree, tampon = 0, fuseau = 'Europe/Paris' } = options;
  const { lieuId = `essai/${randomUUID()}` } = options;
  const utilisateurId = await createMember(db, { lieuId, accepte: true, fuseau });
  return db.transaction().execute(async (trx) => {
    const agenda = await lockManagedAgenda(trx, { lieuId, utilisateurId, now: NOW });
    const ressourceIds: number[] = [];
    for (let n = 1; n <= ressources; n++) ressourceIds.push(await insertRessource(agenda, { nom: `Samira ${n}` }));
    const prestationId = await insertPrestation(agenda, {
      ...{ nom: 'Aide aux démarches', duree, pas, tampon, capacite, delai_min: 0, modalites: ['sur_place'] },
      ressourceIds,
    });
    const plageIds: number[] = [];
    for (const ressource_id of ressourceIds) {
      const hours = { jours: [1, 2, 3, 4, 5], debut: 540, fin: 720, valide_du: '2026-01-01', ancre: '2026-01-01' };
      plageIds.push(await insertPlage(agenda, { ...hours, ressource_id, prestationIds: [prestationId] }));
    }
    return { lieuId, utilisateurId, ressourceIds, prestationId, plageIds };
  });
}

/** A person of a new structure that a new public lieu belongs to. */
export async function createMember(
  db: Kysely<DB>,
  { lieuId, accepte, fuseau = 'Europe/Paris' }: { lieuId: string; accepte: boolean; fuseau?: string },
): Promise<string> {
  const utilisateurId = randomUUID();
  const accepte_le = accepte ? NOW : null;
  await db
    .insertInto('utilisateur')
    .values({ id: utilisateurId, courriel: `${utilisateurId}@exemple.fr` })
    .execute();
  const { id: structure_id } = await db
    .insertInto('structure')
    .values({ nom: 'Essai' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db.insertInto('membre').values({ structure_id, utilisateur_id: utilisateurId, accepte_le }).execute();
  await db
    .insertInto('lieu')
    .values({
      id: lieuId,
      origine: 'essai',
      id_origine: lieuId,
      nom: 'Médiathèque',
      structure_id,
      fuseau,
      code_insee: '33063',
    })
    .execute();
  return utilisateurId;
}

/** Someone's wish for a start, with a mail address of their own. */
export function wish(agenda: TestAgenda, debut: Date, overrides: Partial<BookingRequest> = {}): BookingRequest {
  const who = randomUUID();
  return {
    lieuId: agenda.lieuId,
    prestationId: agenda.prestationId,
    debut,
    modalite: 'sur_place',
    nom: 'Camille',
    courriel: `${who}@exemple.fr`,
    telephone: null,
    note: null,
    courrielEmpreinte: createHash('sha256').update(who).digest(),
    jeton: randomUUID(),
    now: NOW,
    courrielOf: (r) => ({ a: r.courriel ?? '', objet: 'Rendez-vous', texte: r.debut.toISOString(), html: '' }),
    ...overrides,
  };
}
