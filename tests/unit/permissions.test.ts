import { expect, test } from 'vitest';
import {
  canOnLieu,
  type Droit,
  droitOnLieu,
  grantsRoles,
  isModeratorOf,
  isReviewer,
  isVerifiedAuthor,
  isVerifiedMember,
  type LieuAction,
  type LieuPlace,
  obstacleToDecide,
  type Portee,
  type Roles,
  reachesAnything,
} from '#app/domain/permissions.ts';
import { loadCommunes } from '#app/reference/communes.ts';

const ACTIONS: readonly LieuAction[] = ['lire', 'modifier', 'moderer', 'gerer_rendez_vous'];
const BORDEAUX: LieuPlace = {
  structure_id: 7,
  code_insee: '33063',
  code_postal: '33000',
  departement: '33',
  region: '75',
  epci: '243300316',
};
const UNCLAIMED = { ...BORDEAUX, structure_id: null };
const PARIS_12: LieuPlace = {
  structure_id: null,
  code_insee: '75112',
  code_postal: '75012',
  departement: '75',
  region: '11',
  epci: '200054781',
};
const NOWHERE: LieuPlace = {
  structure_id: null,
  code_insee: null,
  code_postal: null,
  departement: null,
  region: null,
  epci: null,
};

const nobody: Roles = { utilisateurId: 'u', membreDe: [], moderation: null, animation: null };
const member = (structureId: number, accepte = true): Roles => ({
  ...nobody,
  membreDe: [{ structureId, role: 'gestionnaire', accepte }],
});
const moderator = (departements: string[] | null): Roles => ({ ...nobody, moderation: { departements } });
const animateur = (type: 'region' | 'departement' | 'epci' | 'commune', code: string): Roles => ({
  ...nobody,
  animation: { territoires: [{ type, code }], organisation: '' },
});

test.each<[string, Roles, LieuPlace, readonly LieuAction[]]>([
  ['nobody in particular', nobody, BORDEAUX, []],
  ['nobody in particular, unclaimed lieu', nobody, UNCLAIMED, []],
  ['a member', member(7), BORDEAUX, ['lire', 'modifier', 'gerer_rendez_vous']],
  ['a member not yet accepted', member(7, false), BORDEAUX, ['lire', 'modifier']],
  ['a member of another structure', member(8), BORDEAUX, []],
  ['a member, lieu without structure', member(7), UNCLAIMED, []],
  ['a national moderator', moderator(null), BORDEAUX, ['lire', 'modifier', 'moderer']],
  ['a national moderator, lieu that is nowhere', moderator(null), NOWHERE, ['lire', 'modifier', 'moderer']],
  ['a moderator of the département', moderator(['33', '40']), BORDEAUX, ['lire', 'modifier', 'moderer']],
  ['a moderator of another département', moderator(['40']), BORDEAUX, []],
  ['a moderator of no département', moderator([]), BORDEAUX, []],
  ['a moderator of a département, lieu that is nowhere', moderator(['33']), NOWHERE, []],
  ['an animateur, claimed lieu', animateur('departement', '33'), BORDEAUX, ['lire', 'moderer']],
  ['an animateur, unclaimed lieu', animateur('departement', '33'), UNCLAIMED, ['lire', 'modifier', 'moderer']],
  ['an animateur of the région', animateur('region', '75'), BORDEAUX, ['lire', 'moderer']],
  ['an animateur of the EPCI', animateur('epci', '243300316'), BORDEAUX, ['lire', 'moderer']],
  ['an animateur of another EPCI', animateur('epci', '200054781'), BORDEAUX, []],
  [
    'an animateur of Paris, lieu of an arrondissement',
    animateur('commune', '75056'),
    PARIS_12,
    ['lire', 'modifier', 'moderer'],
  ],
  ['an animateur of another arrondissement', animateur('commune', '75111'), PARIS_12, []],
])('%s', (_, roles, lieu, allowed) => {
  expect(ACTIONS.filter((action) => canOnLieu(roles, action, lieu))).toEqual(allowed);
});

test('the moderators’ desk exists for moderators and animateurs only', () => {
  expect([nobody, member(7), moderator([]), moderator(null), animateur('region', '75')].map(isReviewer)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});

test('an animateur’s change of an unclaimed lieu of the territory is verified like a member’s, and no more than that', () => {
  const hub = animateur('departement', '33');
  expect(isVerifiedAuthor(hub, UNCLAIMED)).toBe(true);
  expect(isVerifiedAuthor(hub, BORDEAUX)).toBe(false);
  expect(isVerifiedAuthor(hub, PARIS_12)).toBe(false);
  expect(isVerifiedAuthor(member(7), BORDEAUX)).toBe(true);
  expect(isModeratorOf(hub, UNCLAIMED)).toBe(false);
  expect(isModeratorOf(moderator(['33']), UNCLAIMED)).toBe(true);
});

const proposal = { auteurId: 'autre', organisation: null, attend: true };

test('an animateur decides what others propose in the territory, never their own; a moderator decides all of it', () => {
  const hub = { ...animateur('region', '75'), utilisateurId: 'hub' };
  expect(obstacleToDecide(hub, UNCLAIMED, proposal)).toBeNull();
  expect(obstacleToDecide(hub, UNCLAIMED, { ...proposal, auteurId: null })).toBeNull();
  expect(obstacleToDecide(hub, UNCLAIMED, { ...proposal, auteurId: 'hub' })).toBe('auteur');
  expect(obstacleToDecide(hub, PARIS_12, proposal)).toBe('territoire');
  const own = { ...proposal, auteurId: 'hub', organisation: 'Hub' };
  expect(obstacleToDecide({ ...moderator(['33']), utilisateurId: 'hub' }, UNCLAIMED, own)).toBeNull();
});

test.each<[string, string, string | null, boolean, 'organisation' | null]>([
  ['of their organisation, that waits', 'Hub des Landes', 'Hub des Landes', true, 'organisation'],
  ['of their organisation, written otherwise', 'Hub des Landes', ' HUB des landes ', true, 'organisation'],
  ['of their organisation, that is public already', 'Hub des Landes', 'Hub des Landes', false, null],
  ['of another organisation', 'Hub des Landes', 'Département des Landes', true, null],
  ['of a structure', 'Hub des Landes', null, true, null],
  ['of an organisation that nobody named, by one of another', '', '', true, null],
])('an animateur before a change %s', (_, mine, theirs, attend, obstacle) => {
  const hub = { ...nobody, animation: { territoires: [{ type: 'region' as const, code: '75' }], organisation: mine } };
  const change = { ...proposal, organisation: theirs, attend };
  expect(obstacleToDecide(hub, UNCLAIMED, change)).toBe(obstacle);
  expect(obstacleToDecide({ ...hub, ...moderator(['33']) }, UNCLAIMED, change)).toBeNull();
});

test('roles are granted by who moderates the whole country, nobody else', () => {
  expect(
    [nobody, member(7), moderator([]), moderator(['33']), animateur('region', '75'), moderator(null)].map(grantsRoles),
  ).toEqual([false, false, false, false, false, true]);
});

test('only an accepted membership of the lieu’s own structure is verified', () => {
  expect(isVerifiedMember(member(7), BORDEAUX)).toBe(true);
  expect(isVerifiedMember(member(7, false), BORDEAUX)).toBe(false);
  expect(isVerifiedMember(member(8), BORDEAUX)).toBe(false);
  expect(isVerifiedMember(member(7), UNCLAIMED)).toBe(false);
});

const GIRONDE = [{ type: 'departement' as const, code: '33' }];

test.each<[string, Portee, LieuPlace, Droit]>([
  ['a moderator', { roles: [moderator(['33'])], territoires: null }, BORDEAUX, 'ecrire'],
  ['an animateur, claimed', { roles: [animateur('region', '75')], territoires: null }, BORDEAUX, 'proposer'],
  ['an animateur, unclaimed', { roles: [animateur('region', '75')], territoires: null }, UNCLAIMED, 'ecrire'],
  ['elsewhere', { roles: [moderator(['33'])], territoires: null }, PARIS_12, 'refuser'],
  [
    'a moderator and an animateur',
    { roles: [moderator(null), animateur('region', '75')], territoires: null },
    BORDEAUX,
    'proposer',
  ],
  ['two territories', { roles: [moderator(['33']), moderator(['75'])], territoires: null }, BORDEAUX, 'refuser'],
  ['everywhere, within Gironde', { roles: [moderator(null)], territoires: GIRONDE }, PARIS_12, 'refuser'],
  ['nobody', { roles: [], territoires: null }, BORDEAUX, 'refuser'],
  ['no territory', { roles: [moderator(null)], territoires: [] }, BORDEAUX, 'refuser'],
])('the file of %s does no more than each of its people may', (_, portee, lieu, droit) => {
  expect(droitOnLieu(portee, lieu)).toBe(droit);
});

test('a file reaches something where one commune, or one arrondissement, is left to it', () => {
  const communes = loadCommunes();
  const reaches = (portee: Portee) => reachesAnything(portee, communes);
  expect(reaches({ roles: [animateur('commune', '75112')], territoires: [{ type: 'region', code: '11' }] })).toBe(true);
  expect(reaches({ roles: [animateur('epci', '243300316')], territoires: GIRONDE })).toBe(true);
  expect(reaches({ roles: [animateur('departement', '40')], territoires: GIRONDE })).toBe(false);
  expect(reaches({ roles: [moderator(null)], territoires: [] })).toBe(false);
});
