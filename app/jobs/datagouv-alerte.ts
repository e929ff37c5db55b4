import type { Kysely } from 'kysely';
import { composeCourriel } from '#app/courriels/compose.ts';
import { enqueueCourriel } from '#db/courriels.ts';
import { findPublicationDatagouv, updatePublicationDatagouv } from '#db/datagouv.ts';
import { listCourrielsNationaux } from '#db/export-alertes.ts';
import type { DB } from '#db/types.ts';
import type { FauteDatagouv, GenreDeFaute } from './datagouv-client.ts';

/** What a fault is, as a sentence for people. */
export function phraseOfFaute({ message }: FauteDatagouv): string {
  // Names of sites and files keep their spelling.
  if (/^\S+\.\w/.test(message)) return `${message}.`;
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}

/** Tells who moderates the whole country that a publication does not succeed, once for each reason until all is well again. */
export async function alertDatagouv(
  db: Kysely<DB>,
  alerte: { cible: string; jour: string; erreur: string; genre: GenreDeFaute; publicUrl: string; now: Date },
): Promise<void> {
  const { cible, jour, erreur, genre, publicUrl, now } = alerte;
  await db.transaction().execute(async (trx) => {
    // Words of the network vary from one night to the next; what is to be done does not.
    const reason = genre === 'refus' ? erreur : genre;
    if ((await findPublicationDatagouv(trx, cible))?.alerte === reason) return;
    await updatePublicationDatagouv(trx, { cible, alerte: reason });
    const courriel = composeCourriel({
      objet: 'La publication sur data.gouv.fr n’aboutit pas',
      paragraphs: [
        `Les fichiers du ${jour} n’ont pas pu être publiés sur data.gouv.fr. ${erreur}`,
        TODO[genre],
        'Sur ce site, ils sont en ligne comme d’habitude.',
      ],
      action: { label: 'Voir où en est la publication', url: `${publicUrl}/moderation/taches#datagouv` },
    });
    for (const a of await listCourrielsNationaux(trx)) await enqueueCourriel(trx, { a, now, ...courriel });
  });
}

const AGAIN = 'Un nouvel essai est fait chaque jour ; pour essayer tout de suite : npm run export -- --publier';

const TODO: Readonly<Record<GenreDeFaute, string>> = {
  cle: `Créez une nouvelle clé dans le profil data.gouv.fr, et donnez-la au réglage DATAGOUV_API_KEY. ${AGAIN}`,
  droits: `Le compte de la clé doit être administrateur ou éditeur de l’organisation. ${AGAIN}`,
  absent: `Le jeu de données n’est plus là, ou le réglage DATAGOUV_JEU est celui d’un autre serveur. ${AGAIN}`,
  supprime: `Rétablissez-le sur data.gouv.fr, ou donnez au réglage DATAGOUV_JEU un autre jeu de données : aucun n’est recréé sans vous. ${AGAIN}`,
  refus: AGAIN,
  indisponible: AGAIN,
  incoherent: AGAIN,
};
