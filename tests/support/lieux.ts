import type { Kysely } from 'kysely';
import { type Lieu, lieuFrom } from '#app/domain/lieu.ts';
import type { Permanence } from '#app/domain/permanences.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { replaceDatees } from '#db/datees.ts';
import { lieuColumns } from '#db/lieux.ts';
import type { DB } from '#db/types.ts';

const communes = loadCommunes();

const LANGON: Partial<Lieu> = {
  nom: 'Mairie de Langon',
  commune: 'Langon',
  code_postal: '33210',
  code_insee: '33227',
  adresse: '14 Allée Jean Jaurès',
  latitude: 44.5536,
  longitude: -0.249,
  date_maj: '2025-01-02',
};

/** A public lieu of Langon with nothing more than what is said, as it is written whoever writes it. `today` is AAAA-MM-JJ. */
export async function insertLieu(
  db: Kysely<DB>,
  values: Partial<Lieu> & { id: string },
  { permanences = [], today }: { permanences?: readonly Permanence[]; today: string },
): Promise<void> {
  const writing = lieuColumns(lieuFrom({ ...LANGON, ...values }), {
    communes,
    now: new Date(`${today}T12:00:00Z`),
    today,
    permanences,
  });
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('lieu')
      .values({
        ...writing.columns,
        permanences: JSON.stringify(permanences),
        origine: 'essai',
        id_origine: values.id,
      })
      .execute();
    await replaceDatees(trx, [writing]);
  });
}
