import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { ListeVue } from '#app/components/listes-etat.tsx';
import { parisDay } from '#app/domain/exports.ts';
import { listeOfCode } from '#app/domain/labels-verifies.ts';
import { isFall } from '#app/domain/listes-officielles.ts';
import { grantsRoles, type Roles } from '#app/domain/permissions.ts';
import { readGenre } from '#app/domain/taches.ts';
import { fermerLieu } from '#db/lieu-statut.ts';
import { acceptListeRefusee, listListes } from '#db/listes.ts';
import { closeTache, reopenTache } from '#db/taches.ts';
import type { DB } from '#db/types.ts';
import type { Context } from './context.ts';
import { signalerFermeture } from './fermeture.server.ts';

/** What a button of the page of tasks asks for. */
export const demandeDeTache = z.discriminatedUnion('intent', [
  z.object({
    intent: z.literal('fermer'),
    id: z.coerce.number().int().positive(),
    genre: z.string(),
    issue: z.string(),
  }),
  z.object({ intent: z.literal('rouvrir'), id: z.coerce.number().int().positive() }),
  z.object({ intent: z.literal('prendre'), liste: z.string(), sha256: z.string().min(1) }),
]);

type Demande = z.output<typeof demandeDeTache>;

/** Does what a button asks for. Null where that is done, else the sentence against it; nothing was written then. */
export async function answerTache({ db, now }: Context, roles: Roles, demande: Demande): Promise<string | null> {
  if (demande.intent === 'prendre') {
    const liste = listeOfCode(demande.liste);
    const taken =
      liste && grantsRoles(roles) && (await acceptListeRefusee(db, { code: liste.code, sha256: demande.sha256 }));
    return taken ? null : 'Cette liste a changé entre-temps, ou vous ne pouvez pas en décider : relisez son état.';
  }
  const done = await db.transaction().execute(async (trx) => {
    if (demande.intent === 'rouvrir') return reopenTache(trx, { roles, id: demande.id, now: now() });
    const { id, genre, issue } = demande;
    if (!readGenre(genre)?.issues.some(({ name }) => name === issue)) return false;
    const lieuId = await closeTache(trx, { roles, id, genre, issue, now: now() });
    if (lieuId !== null && genre === 'siret_ferme' && issue === 'ferme')
      await conclureFermeture(trx, { roles, lieuId, now: now() });
    return lieuId !== null;
  });
  return done ? null : 'Cette tâche a changé d’état : quelqu’un d’autre vient peut-être de la traiter.';
}

/** A lieu that a person found closed is closed by a moderator of its territory; from others it is a report that one decides. */
async function conclureFermeture(
  trx: Transaction<DB>,
  { roles, lieuId, now }: { roles: Roles; lieuId: string; now: Date },
): Promise<void> {
  const jour = parisDay(now);
  if ((await fermerLieu(trx, { roles, lieuId, jour, now })) === null) return;
  const constat = 'une personne a constaté que le lieu a fermé';
  await signalerFermeture(trx, { lieuId, origine: 'Tâche « Fermeture possible »', jour, constat, now });
}

/** The state of each official list, for who reviews; a refused file may be taken by who moderates the whole country. */
export async function loadListes(db: Context['db'], roles: Roles): Promise<ListeVue[]> {
  return (await listListes(db)).map(({ code, date, lignes, regardee_le, refus, refus_sha256, accepte_sha256 }) => {
    const acceptee = refus_sha256 !== null && refus_sha256 === accepte_sha256;
    const aPrendre = grantsRoles(roles) && !acceptee && refus !== null && isFall(refus) ? refus_sha256 : null;
    return { code, nom: listeOfCode(code)?.nom ?? code, date, lignes, regardee_le, refus, acceptee, aPrendre };
  });
}
