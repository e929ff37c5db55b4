import type { Kysely } from 'kysely';
import { composeCourriel } from '#app/courriels/compose.ts';
import { labelsOfFields } from '#app/domain/standard.ts';
import { enqueueCourriel } from '#db/courriels.ts';
import { type ExportAlerte, listCourrielsNationaux, upsertExportAlerte } from '#db/export-alertes.ts';
import type { DB } from '#db/types.ts';

/** An export that is not published, and why. */
export class ExportRetenu extends Error {
  override readonly name = 'ExportRetenu';
  readonly jour: string;
  readonly motif: string;
  constructor({ jour, motif }: { jour: string; motif: string }) {
    super(`L’export du ${jour} est retenu : ${motif}.`);
    this.jour = jour;
    this.motif = motif;
  }
}

/** How many of the lieux that are left out a mail names. */
const NAMED = 20;

/** Keeps what is wrong with a day's export, and tells who moderates the whole country, once for each reason. */
export async function alertExport(
  db: Kysely<DB>,
  alerte: ExportAlerte,
  { publicUrl }: { publicUrl: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await upsertExportAlerte(trx, alerte))) return;
    const courriel = composeCourriel(contentOf(alerte, publicUrl));
    for (const a of await listCourrielsNationaux(trx)) await enqueueCourriel(trx, { a, now: alerte.le, ...courriel });
  });
}

function contentOf({ jour, motif, ecartes }: ExportAlerte, publicUrl: string) {
  const left = ecartes.slice(0, NAMED).map(({ id, champs }) => ({ label: id, value: labelsOfFields(champs) }));
  const more = ecartes.length > NAMED ? [`Et ${ecartes.length - NAMED} autres.`] : [];
  return {
    objet: motif === null ? `Lieux écartés de l’export du ${jour}` : `L’export du ${jour} n’est pas publié`,
    paragraphs: [
      motif === null
        ? 'L’export de données ouvertes est publié sans les lieux qui ne respectent pas le standard.'
        : `L’export de données ouvertes est retenu : ${motif}. Le précédent reste en ligne.`,
      ...(left.length > 0 ? ['Les lieux écartés, et leurs champs à corriger :'] : []),
    ],
    facts: left,
    action: { label: 'Voir les données publiées', url: `${publicUrl}/donnees` },
    notes: [
      ...more,
      ...(motif === null ? [] : [`S’il est juste, publiez-le : npm run export -- --jour ${jour} --forcer`]),
    ],
  };
}
