import { type CommuneIndex, type Situation, type Territoire, territoireContains } from './territoire.ts';

/** What a person may do, read once per request. `departements: null` means every département. */
export interface Roles {
  utilisateurId: string;
  membreDe: readonly { structureId: number; role: 'gestionnaire' | 'redacteur'; accepte: boolean }[];
  moderation: { departements: readonly string[] | null } | null;
  /** `organisation`: the hub or authority that they act for, '' where nobody said. */
  animation: { territoires: readonly Territoire[]; organisation: string } | null;
}

/** The part of a lieu that permissions look at. */
export interface LieuPlace extends Situation {
  structure_id: number | null;
}

export type LieuAction = 'lire' | 'modifier' | 'moderer' | 'gerer_rendez_vous';

/** Whether someone may do something to a lieu. Moderators and animateurs act within their territory only. */
export function canOnLieu(roles: Roles, action: LieuAction, lieu: LieuPlace): boolean {
  switch (action) {
    case 'moderer':
      return moderates(roles, lieu) || animates(roles, lieu);
    case 'modifier':
      return isMember(roles, lieu) || moderates(roles, lieu) || (lieu.structure_id === null && animates(roles, lieu));
    case 'gerer_rendez_vous':
      // Bookings hold personal data: a membership that nobody has accepted does not open them.
      return isVerifiedMember(roles, lieu);
    case 'lire':
      return isMember(roles, lieu) || moderates(roles, lieu) || animates(roles, lieu);
  }
}

/** Whether the moderators' desk exists for someone: moderators and animateurs, each within their territory. */
export function isReviewer(roles: Roles): boolean {
  return roles.moderation !== null || roles.animation !== null;
}

/** A membership that a moderator has accepted: what it changes in insensitive fields goes live at once. */
export function isVerifiedMember(roles: Roles, lieu: LieuPlace): boolean {
  return roles.membreDe.some((m) => m.structureId === lieu.structure_id && m.accepte);
}

/** Whether someone moderates a lieu: what they change needs no review. An animateur reviews, but is reviewed too. */
export function isModeratorOf(roles: Roles, lieu: LieuPlace): boolean {
  return moderates(roles, lieu);
}

/**
 * Whether what someone changes in insensitive fields goes live at once: the accepted members of its structure, and the
 * animateur of the territory as long as nobody has claimed the lieu.
 */
export function isVerifiedAuthor(roles: Roles, lieu: LieuPlace): boolean {
  return isVerifiedMember(roles, lieu) || (lieu.structure_id === null && animates(roles, lieu));
}

/** What deciding looks at in a revision. */
export interface Proposal {
  auteurId: string | null;
  /** The organisation that its author animated a territory for; null or '' for everyone else. */
  organisation: string | null;
  /** Some of it is not public before somebody decides. */
  attend: boolean;
}

/**
 * Why someone may not decide a revision of a lieu, null where they may. A moderator decides all of their territory. An animateur
 * decides neither what they proposed themselves, nor what waits for a decision and comes from their own organisation: what is
 * sensitive is seen by two organisations, or by a moderator.
 */
export function obstacleToDecide(
  roles: Roles,
  lieu: LieuPlace,
  { auteurId, organisation, attend }: Proposal,
): 'territoire' | 'auteur' | 'organisation' | null {
  if (moderates(roles, lieu)) return null;
  if (!animates(roles, lieu)) return 'territoire';
  if (auteurId === roles.utilisateurId) return 'auteur';
  return attend && isSameOrganisation(roles.animation?.organisation, organisation) ? 'organisation' : null;
}

/** Two names of one organisation, whatever the case and the spaces around; nobody's name is nobody's. */
export function isSameOrganisation(a: string | null | undefined, b: string | null | undefined): boolean {
  const [left, right] = [a, b].map((name) => (name ?? '').trim().toLowerCase());
  return left !== '' && left === right;
}

/** To whom a file is kept: it does what each of these people may do, within these territoires; null for no limit besides theirs. */
export interface Portee {
  roles: readonly Roles[];
  territoires: readonly Territoire[] | null;
}

/** What a file may do to a lieu: write it, only propose, nothing. */
export type Droit = 'ecrire' | 'proposer' | 'refuser';

/** What a file may do to a lieu: the least that one of its people may. */
export function droitOnLieu({ roles, territoires }: Portee, lieu: LieuPlace): Droit {
  if (territoires?.some((territoire) => territoireContains(territoire, lieu)) === false) return 'refuser';
  const droits = roles.map((one) => droitOf(one, lieu));
  if (droits.length === 0 || droits.includes('refuser')) return 'refuser';
  return droits.includes('proposer') ? 'proposer' : 'ecrire';
}

/** An animateur proposes to a lieu that a structure holds, and writes the others of the territory. */
function droitOf(roles: Roles, lieu: LieuPlace): Droit {
  if (moderates(roles, lieu)) return 'ecrire';
  if (!animates(roles, lieu)) return 'refuser';
  return lieu.structure_id === null ? 'ecrire' : 'proposer';
}

/** Whether there is a commune where a file may do anything at all. */
export function reachesAnything(portee: Portee, communes: CommuneIndex): boolean {
  return communes.all().some(({ code_insee, departement, region, epci, codes_postaux }) =>
    [null, ...codes_postaux].some((code_postal) => {
      const lieu = { code_insee, code_postal, departement, region, epci, structure_id: null };
      return droitOnLieu(portee, lieu) !== 'refuser';
    }),
  );
}

/** Whether someone gives and withdraws the role of animateur: who moderates the whole country. */
export function grantsRoles(roles: Roles): boolean {
  return roles.moderation !== null && roles.moderation.departements === null;
}

function isMember(roles: Roles, lieu: LieuPlace): boolean {
  return lieu.structure_id !== null && roles.membreDe.some((m) => m.structureId === lieu.structure_id);
}

function moderates(roles: Roles, lieu: LieuPlace): boolean {
  if (roles.moderation === null) return false;
  const { departements } = roles.moderation;
  return departements === null || (lieu.departement !== null && departements.includes(lieu.departement));
}

function animates(roles: Roles, lieu: LieuPlace): boolean {
  return roles.animation?.territoires.some((territoire) => territoireContains(territoire, lieu)) ?? false;
}
