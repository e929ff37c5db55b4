import { redirect } from '@remix-run/node';
import { parisDay } from '#app/domain/exports.ts';
import { droitOnLieu, grantsRoles, type Roles } from '#app/domain/permissions.ts';
import { canOnSource } from '#app/domain/sources.ts';
import { FIELDS, type FieldName, isFieldName } from '#app/domain/standard.ts';
import { type ColonneChoisie, readColonnesChoisies, readPropositions } from '#app/domain/tableau/profil.ts';
import { BILAN } from '#app/imports/bilan.ts';
import { cleOfEntete, removeFolder } from '#app/imports/depots.ts';
import { findDepot, type Lecteur, listDepots, passerDepot, upsertProfil } from '#db/import-depots.ts';
import { listAbsences } from '#db/imports-absences.ts';
import { AnnulationHorsTerritoire, annulerImport, ImportIntrouvable } from '#db/imports-annulation.ts';
import { appliquerDepot, findSourceOfDepot } from '#db/source-passages.ts';
import type { Context } from './context.ts';
import { notFound, requireReviewer } from './guards.server.ts';
import { drawCarte } from './imports-carte.server.ts';

/** Whose files somebody sees: moderators of the whole country see everybody's. */
function lecteurOf(roles: Roles): Lecteur {
  return { utilisateurId: roles.utilisateurId, tous: grantsRoles(roles) };
}

/** A file that the asker may see, with their roles; a 404 where there is none. */
export async function requireDepot(context: Context, request: Request, id: string | undefined) {
  const roles = await requireReviewer(context, request);
  const relue = (await findSourceOfDepot(context.db, id ?? '')) ?? null;
  const lecteur = lecteurOf(roles);
  const tous = lecteur.tous || (relue !== null && canOnSource(roles, relue));
  const depot = await findDepot(context.db, { ...lecteur, tous, id: id ?? '' });
  if (!depot || depot.etat === 'abandonne') throw notFound();
  return { roles, depot: { ...depot, relue: relue && { id: relue.id, nom: relue.nom } } };
}

export type Depot = Awaited<ReturnType<typeof requireDepot>>['depot'];

/** The newest files of the list's page. */
export async function listDepotsView(context: Context, roles: Roles) {
  const depots = await listDepots(context.db, lecteurOf(roles));
  return depots.map(({ id, fichier, source, etat, erreur, cree_le, par, lot_etat, bilan }) => ({
    ...{ id, fichier, source, etat, erreur, cree_le, par, annule: lot_etat === 'annule' },
    bilan: BILAN.safeParse(bilan).data ?? null,
  }));
}

/** All that the page of one file shows. */
export async function readDepotView(context: Context, roles: Roles, depot: Depot) {
  const { id, fichier, octets, source, complet, etat, format, etape, fait, total, erreur, cree_le, par } = depot;
  const bilan = BILAN.safeParse(depot.bilan).data ?? null;
  const shown = bilan !== null && (etat === 'simule' || etat === 'applique') ? bilan : null;
  const lotId = depot.lot_id;
  return {
    ...{ id, fichier, octets, source, complet, etat, format, etape, fait, total, erreur, cree_le, par },
    relue: depot.relue,
    applique_le: depot.applique_le,
    lot: lotId,
    annule: depot.lot_etat === 'annule',
    bilan: shown,
    carte: shown === null ? null : drawCarte(shown.carte),
    colonnes: etat === 'colonnes' ? readPropositions(depot.colonnes) : [],
    absents: etat === 'applique' && lotId !== null ? await listAbsences(context.db, roles, { lotId }) : null,
  };
}

export interface ColonnesDraft {
  source: string;
  choix: [string, string][];
}

export type ColonnesErrors = Record<string, string>;

type ColonnesRead =
  | { ok: true; source: string | null; colonnes: ColonneChoisie[] }
  | { ok: false; draft: ColonnesDraft; errors: ColonnesErrors };

/** Reads what was said of the columns: each field once, id and nom somewhere, and a source. */
export function readColonnes(form: FormData, depot: Depot): ColonnesRead {
  const propositions = readPropositions(depot.colonnes);
  const source = String(form.get('source') ?? '').trim();
  const errors: ColonnesErrors = {};
  const seen = new Map<FieldName, string>();
  const colonnes = propositions.map(({ colonne }, index): ColonneChoisie => {
    const value = String(form.get(`colonne.${index}`) ?? '');
    if (!isFieldName(value)) return [colonne, null];
    const other = seen.get(value);
    if (other !== undefined)
      errors[`colonne.${index}`] = `« ${other} » donne déjà ce champ : une seule colonne peut le donner.`;
    seen.set(value, colonne);
    return [colonne, value];
  });
  const absent = (['id', 'nom'] as const).filter((name) => !seen.has(name));
  if (absent.length > 0) {
    const names = absent.map((name) => `« ${FIELDS.find((field) => field.name === name)?.label} »`).join(' et ');
    errors.colonnes = `Dites quelle colonne donne ${names} : sans cela, aucune ligne ne peut être lue.`;
  }
  if (source === '' && !seen.has('source'))
    errors.source = 'Dites d’où viennent ces lieux, toujours avec le même nom. Exemple : Hub des Landes.';
  if (source.length > 200) errors.source = 'Ce nom est trop long : 200 lettres au plus.';
  if (Object.keys(errors).length === 0) return { ok: true, source: source === '' ? null : source, colonnes };
  const choix = propositions.map(({ colonne }, index): [string, string] => [
    colonne,
    String(form.get(`colonne.${index}`) ?? ''),
  ]);
  return { ok: false, draft: { source, choix }, errors };
}

/** Keeps what the columns are for this file and for the next one with the same columns, and has it tried. */
export async function saveColonnes(
  { db, now }: Context,
  depot: Depot,
  { utilisateurId }: Roles,
  { source, colonnes }: { source: string | null; colonnes: ColonneChoisie[] },
): Promise<void> {
  const at = now();
  const cle = cleOfEntete(colonnes.map(([colonne]) => colonne));
  await upsertProfil(db, { utilisateurId, cle, colonnes, source, now: at });
  await passerDepot(db, { id: depot.id, de: 'colonnes', vers: 'simulation', colonnes, source, now: at });
}

/** What the buttons of a file's page do. Each gives the word that the next page says it with; what is late does nothing. */
export async function actOnDepot(context: Context, roles: Roles, depot: Depot, intent: string): Promise<string> {
  const { db, now, settings } = context;
  const { id } = depot;
  if (intent === 'appliquer') {
    await appliquerDepot(db, { id, utilisateurId: roles.utilisateurId, now: now() });
    return '';
  }
  if (intent === 'colonnes') {
    // Something chosen, so that the columns are asked about even where they are the standard's.
    const known = readColonnesChoisies(depot.colonnes);
    const colonnes = known.length > 0 ? known : [['', null]];
    await passerDepot(db, { id, de: 'simule', vers: 'analyse', colonnes, now: now() });
    return '';
  }
  if (intent === 'abandonner') {
    const etat = depot.etat === 'colonnes' ? 'colonnes' : 'simule';
    if (!(await passerDepot(db, { id, de: etat, vers: 'abandonne', now: now() }))) return 'trop-tard';
    await removeFolder(settings.dataDir, id);
    throw redirect(depot.relue ? `/territoire/sources/${depot.relue.id}` : '/territoire/imports?fait=abandon');
  }
  if (intent === 'annuler' && depot.lot_id !== null) return annuler(context, roles, depot.lot_id);
  return '';
}

/** Takes a batch back; gives the word that the next page says it with. */
export async function annuler({ db, now, communes }: Context, roles: Roles, lotId: number): Promise<string> {
  const at = now();
  try {
    const counts = await annulerImport(db, {
      ...{ lotId, acteurId: roles.utilisateurId, now: at, today: parisDay(at), communes },
      droit: (place) => droitOnLieu({ roles: [roles], territoires: null }, place),
    });
    const { supprimes, conserves, remis, gardes, hors } = counts;
    return `annule-${supprimes}-${conserves}-${remis}-${gardes}-${hors}`;
  } catch (error) {
    if (error instanceof AnnulationHorsTerritoire) return 'hors-territoire';
    if (error instanceof ImportIntrouvable) return 'deja';
    throw error;
  }
}
