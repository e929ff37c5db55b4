import type { Transaction } from 'kysely';
import { parisDay } from '#app/domain/exports.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import type { Values } from '#app/domain/moderation.ts';
import { emptyPermanence } from '#app/domain/permanences.ts';
import type { SectionName } from '#app/domain/sections.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { decideRevision, type SubmittedRevision, submitRevision } from '#db/revisions.ts';
import type { DB } from '#db/types.ts';
import { createRandom } from './random.ts';

/** Someone's change of a lieu, so many days before now. */
interface Proposal {
  lieu: Lieu;
  auteur: { id: string; verified: boolean };
  section: SectionName;
  values: Values;
  days: number;
}

interface Scene {
  communes: CommuneIndex;
  now: Date;
}

/** What the gestionnaire's own lieux have been through: waiting, live and to be looked at after, refused with its reason. */
export async function seedRevisionsOfReseau(
  trx: Transaction<DB>,
  {
    lieux,
    auteurId,
    moderateurId,
    scene,
  }: { lieux: readonly Lieu[]; auteurId: string; moderateurId: string; scene: Scene },
): Promise<void> {
  const auteur = { id: auteurId, verified: true };
  const [bastide, cenon, merignac, pessac] = lieux;
  if (!bastide || !cenon || !merignac || !pessac) throw new RangeError('the network has four lieux at least');
  await propose(trx, scene, {
    lieu: bastide,
    auteur,
    section: 'identite',
    values: { nom: 'Médiathèque et espace numérique Garonne – Bastide' },
    days: 2,
  });
  await propose(trx, scene, {
    lieu: merignac,
    auteur,
    section: 'coordonnees',
    values: { telephone: '+33536490133', adresse: '29 Rue des Écoles' },
    days: 0.2,
  });
  await propose(trx, scene, {
    lieu: pessac,
    auteur,
    section: 'presentation',
    values: {
      presentation_resume: 'Un conseiller vous reçoit seul à seul, une heure, pour avancer à votre rythme.',
      presentation_detail:
        'Sur rendez-vous uniquement. Nous pouvons aussi vous rappeler : laissez un message avec votre numéro.',
    },
    days: 5,
  });
  const dispositifs = cenon.dispositif_programmes_nationaux;
  const refused = await propose(trx, scene, {
    lieu: cenon,
    auteur,
    section: 'labels',
    values: { dispositif_programmes_nationaux: [...dispositifs, 'Certification PIX'] },
    days: 9,
  });
  await refuse(trx, scene, {
    lieu: cenon,
    revision: refused,
    motif: 'Ce lieu n’est pas dans la liste des centres agréés Pix. Si l’agrément est récent, envoyez-nous sa date.',
    moderateurId,
    days: 8,
  });
}

/** A desk of a dispositif that the lieu has not been granted: what the permanences claim waits for a moderator. */
export async function seedRevisionOfPermanences(
  trx: Transaction<DB>,
  { lieux, auteurId, scene }: { lieux: readonly Lieu[]; auteurId: string; scene: Scene },
): Promise<void> {
  const libourne = lieux[6];
  if (!libourne) throw new RangeError('the network has seven lieux');
  const dispositif = ['Aidants Connect', 'Emmaüs Connect'].find(
    (value) => !libourne.dispositif_programmes_nationaux.includes(value),
  );
  const permanence = {
    ...emptyPermanence('5e6f7a8b'),
    horaires: 'We 09:00-12:00; PH off',
    dispositif: dispositif ?? null,
    services: ['Aide aux démarches administratives'],
    precision: 'Bureau 4, sur présentation d’une pièce d’identité',
  };
  await propose(trx, scene, {
    lieu: libourne,
    auteur: { id: auteurId, verified: true },
    section: 'permanences',
    values: { permanences: [permanence] },
    days: 1.5,
  });
}

/** A change by the team of each of these lieux, of all sorts, so that the queue has several départements, risks and ages. */
export async function seedRevisionsOfTeams(
  trx: Transaction<DB>,
  { teams, moderateurId, scene }: { teams: readonly Team[]; moderateurId: string; scene: Scene },
): Promise<void> {
  for (const [index, { lieu, auteurId, accepted }] of teams.entries()) {
    const change = CHANGES[index % CHANGES.length]?.(lieu);
    if (!change) continue;
    const days = AGES[index % AGES.length] ?? 1;
    const revision = await propose(trx, scene, { lieu, auteur: { id: auteurId, verified: accepted }, days, ...change });
    if (index % 7 === 6) {
      const motif = 'Nous n’avons pas pu le vérifier. Pouvez-vous nous donner une source (arrêté, page du réseau) ?';
      await refuse(trx, scene, { lieu, revision, motif, moderateurId, days: days / 2 });
    }
  }
}

/** The only member of a one-lieu structure, accepted by a moderator or not yet. */
export interface Team {
  lieu: Lieu;
  auteurId: string;
  accepted: boolean;
}

const AGES = [0.1, 1, 3, 6, 0.5, 14, 2, 34, 9];

const CHANGES: readonly ((lieu: Lieu) => Pick<Proposal, 'section' | 'values'>)[] = [
  (lieu) => ({ section: 'identite', values: { nom: `${lieu.nom ?? ''} – Point numérique` } }),
  () => ({ section: 'horaires', values: { horaires: 'Mo-Fr 09:00-12:00,13:45-17:15; Sa[1] 09:00-12:00; PH off' } }),
  (lieu) => ({
    section: 'coordonnees',
    values: { adresse: '2 Rue du Nouveau Port', complement_adresse: lieu.complement_adresse ?? '2e étage' },
  }),
  () => ({
    section: 'services',
    values: { services: ['Insertion professionnelle via le numérique', 'Utilisation sécurisée du numérique'] },
  }),
  (lieu) => ({
    section: 'labels',
    values: { dispositif_programmes_nationaux: toggle(lieu.dispositif_programmes_nationaux, 'Aidants Connect') },
  }),
  () => ({ section: 'coordonnees', values: { site_web: ['https://nouveau-site.exemple.fr/accueil'] } }),
  () => ({ section: 'acces', values: { prise_rdv: 'https://agenda-partage.exemple.fr/prendre' } }),
  () => ({ section: 'acces', values: { frais_a_charge: ['Gratuit sous condition', 'Payant'] } }),
  () => ({
    section: 'presentation',
    values: {
      presentation_detail:
        'Fermé pour travaux la première semaine de chaque mois ; le café du mardi, lui, a toujours lieu.',
    },
  }),
];

function toggle(values: readonly string[], value: string): string[] {
  return values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
}

async function propose(trx: Transaction<DB>, { communes, now }: Scene, proposal: Proposal): Promise<SubmittedRevision> {
  const { lieu, auteur, section, values, days } = proposal;
  const at = before(now, days);
  return submitRevision(trx, {
    lieuId: lieu.id,
    section,
    base: lieu,
    values,
    auteur: { ...auteur, moderator: false },
    mode: 'mixte',
    writing: { now: at, today: parisDay(at), communes },
  });
}

async function refuse(
  trx: Transaction<DB>,
  { communes, now }: Scene,
  options: { lieu: Lieu; revision: SubmittedRevision; motif: string; moderateurId: string; days: number },
): Promise<void> {
  const { lieu, revision, motif, moderateurId, days } = options;
  if (revision.revisionId === null) return;
  const at = before(now, days);
  await decideRevision(trx, {
    lieuId: lieu.id,
    revisionId: revision.revisionId,
    decisions: revision.waiting.map((field) => ({
      field,
      decision: 'refusee',
      motif,
      seen: field === 'permanences' ? [] : lieu[field],
    })),
    moderateurId,
    writing: { now: at, today: parisDay(at), communes },
  });
}

/** What citizens said was wrong: some to read, some answered. */
export async function seedSignalements(
  trx: Transaction<DB>,
  { lieux, moderateurId, now }: { lieux: readonly Lieu[]; moderateurId: string; now: Date },
): Promise<void> {
  const random = createRandom('signalements');
  const rows = lieux.map((lieu, index) => {
    const said = SAID[index % SAID.length] ?? { motif: 'autre', message: null };
    const cree_le = before(now, (index * 37) % 29 || 0.3);
    const done = index % 5 === 4;
    return {
      ...said,
      lieu_id: lieu.id,
      numero: Array.from({ length: 10 }, () => random.pick([...'23456789ABCDEFGHJKMNPQRSTVWXYZ'])).join(''),
      courriel: index % 3 === 0 ? `habitant-${index + 1}@exemple.fr` : null,
      etat: done ? 'traite' : 'ouvert',
      reponse: done ? 'Merci : la fiche a été corrigée.' : null,
      cree_le,
      traite_le: done ? new Date((cree_le.getTime() + now.getTime()) / 2) : null,
      traite_par: done ? moderateurId : null,
    };
  });
  await trx.insertInto('signalement').values(rows).execute();
}

const SAID: readonly { motif: string; message: string | null }[] = [
  {
    motif: 'horaires',
    message: 'Je suis venue mercredi à 14 h, c’était fermé. Une affiche dit « ouvert le matin seulement ».',
  },
  { motif: 'telephone', message: 'Le numéro ne répond plus : « ce numéro n’est pas attribué ».' },
  { motif: 'adresse', message: 'Ils ont déménagé, c’est maintenant à côté de la piscine.' },
  { motif: 'ferme', message: 'Le local est vide depuis la rentrée.' },
  { motif: 'services', message: 'On m’a dit qu’ils n’aidaient plus pour les impôts, seulement pour la CAF.' },
  { motif: 'autre', message: 'L’entrée a trois marches : avec mon fauteuil je n’ai pas pu entrer.' },
  { motif: 'horaires', message: null },
];

function before(now: Date, days: number): Date {
  return new Date(now.getTime() - Math.round(days * 24 * 3_600_000));
}
