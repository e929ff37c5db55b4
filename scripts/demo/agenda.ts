import { createHash, randomBytes } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { OfferedSlot } from '#app/domain/creneaux/offer.ts';
import { parisDay } from '#app/domain/exports.ts';
import { lockManagedAgenda } from '#db/rendez-vous/agenda.ts';
import { findPublicOffers } from '#db/rendez-vous/creneaux.ts';
import { insertPlage, insertPrestation, insertRessource } from '#db/rendez-vous/rules.ts';
import type { DB } from '#db/types.ts';

/** Opens the appointments of a lieu: two people, two kinds of help, a weekly rhythm, a few bookings to come. */
export async function seedAgenda(
  trx: Transaction<DB>,
  { lieuId, utilisateurId, now }: { lieuId: string; utilisateurId: string; now: Date },
): Promise<void> {
  const agenda = await lockManagedAgenda(trx, { lieuId, utilisateurId, now });
  const leila = await insertRessource(agenda, { nom: 'Leïla, conseillère numérique', genre: 'personne' });
  const marc = await insertRessource(agenda, { nom: 'Marc, à l’accueil', genre: 'personne' });
  const common = { duree: 45, pas: 60, tampon: 15, delai_min: 120, delai_max: 45 * 1440, modalites: ['sur_place'] };
  const demarches = await insertPrestation(agenda, {
    ...common,
    nom: 'Aide pour une démarche en ligne',
    service: 'Aide aux démarches administratives',
    consignes: 'Apportez une pièce d’identité et vos identifiants si vous les avez.',
    ressourceIds: [leila, marc],
  });
  const outils = await insertPrestation(agenda, {
    ...common,
    nom: 'Prendre en main mon ordinateur ou mon téléphone',
    service: 'Maîtrise des outils numériques du quotidien',
    consignes: 'Venez avec votre appareil et son chargeur.',
    ordre: 1,
    ressourceIds: [leila],
  });
  const today = parisDay(now);
  const weekly = { valide_du: today, ancre: today };
  const both = [demarches, outils];
  await insertPlage(agenda, {
    ...weekly,
    ressource_id: leila,
    jours: [2, 4],
    debut: 540,
    fin: 720,
    prestationIds: both,
  });
  await insertPlage(agenda, {
    ...weekly,
    ressource_id: leila,
    jours: [3],
    debut: 840,
    fin: 1020,
    toutes_les: 2,
    prestationIds: both,
  });
  await insertPlage(agenda, {
    ...weekly,
    ressource_id: marc,
    jours: [1, 5],
    debut: 840,
    fin: 1020,
    prestationIds: [demarches],
  });

  const to = new Date(now.getTime() + 21 * 86_400_000);
  const found = await findPublicOffers(trx, { lieuId, from: now, to, now });
  const free = found?.offers.filter((offer) => offer.prestation_id === demarches) ?? [];
  for (const [index, nom] of ['Jeanne Martin', 'Ahmed Benali', 'Mme Nguyen'].entries()) {
    const offer = free[1 + index * 3];
    if (offer) await insertBooking(trx, { lieuId, offer, nom, now });
  }
}

/** A confirmed booking. Its private link is in no mail: nobody can open it. */
async function insertBooking(
  trx: Transaction<DB>,
  { lieuId, offer, nom, now }: { lieuId: string; offer: OfferedSlot; nom: string; now: Date },
): Promise<void> {
  const [ressource] = offer.ressources;
  if (!ressource) return;
  const seance = await trx
    .insertInto('seance')
    .values({
      lieu_id: lieuId,
      ressource_id: ressource.ressource_id,
      prestation_id: offer.prestation_id,
      debut: offer.debut,
      fin: ressource.fin,
      occupation: sql`tstzrange(${offer.debut}, ${ressource.occupation_fin})`,
      capacite: 1,
      cree_le: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('reservation')
    .values({
      lieu_id: lieuId,
      seance_id: seance.id,
      capacite: 1,
      place: 1,
      statut: 'confirmee',
      modalite: 'sur_place',
      nom,
      courriel: 'habitant@exemple.fr',
      jeton_empreinte: createHash('sha256').update(randomBytes(32)).digest(),
      prise_le: now,
    })
    .execute();
}
