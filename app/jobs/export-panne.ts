import type { Kysely } from 'kysely';
import { composeCourriel } from '#app/courriels/compose.ts';
import { enqueueCourriel } from '#db/courriels.ts';
import { reasonOfDisk } from '#db/embedded/folder.ts';
import { listCourrielsNationaux, updateExportPanneDite, upsertExportPanne } from '#db/export-alertes.ts';
import type { DB } from '#db/types.ts';
import { DepotError } from './export-s3-faute.ts';

/** Shorter failures mend themselves: the export is tried again every five minutes. */
const PATIENCE_MS = 60 * 60_000;

/** Notes that the nightly export failed; after an hour of failures tells who moderates the whole country, once until it succeeds. */
export async function noteExportPanne(
  db: Kysely<DB>,
  { error, publicUrl, now }: { error: unknown; publicUrl: string; now: Date },
): Promise<void> {
  const { depuis, cause } = await upsertExportPanne(db, { cause: causeOf(error), now });
  if (now.getTime() - depuis.getTime() < PATIENCE_MS) return;
  await db.transaction().execute(async (trx) => {
    if (!(await updateExportPanneDite(trx, now))) return;
    const courriel = composeCourriel({
      objet: 'Les données ouvertes du jour ne peuvent pas être publiées',
      paragraphs: [
        `L’export de la nuit n’aboutit pas depuis plus d’une heure. ${cause}`,
        'Il est essayé de nouveau, sans rien à faire une fois la cause levée. Le dernier export fait reste celui qui est publié.',
      ],
      action: { label: 'Voir les données publiées', url: `${publicUrl}/donnees` },
    });
    for (const a of await listCourrielsNationaux(trx)) await enqueueCourriel(trx, { a, now, ...courriel });
  });
}

function causeOf(error: unknown): string {
  if (error instanceof DepotError) return error.message;
  const reason = reasonOfDisk(error);
  if (reason !== null) return `Les fichiers n’ont pas pu être écrits : ${reason}.`;
  return 'L’erreur est dans le journal du serveur (tâche export_quotidien).';
}
