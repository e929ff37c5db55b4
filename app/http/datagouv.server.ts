import type { DatagouvEtatVu, DatagouvVu } from '#app/components/donnees-datagouv.tsx';
import { cibleOf } from '#app/domain/datagouv.ts';
import { findPublicationDatagouv } from '#db/datagouv.ts';
import type { Context } from './context.ts';

/** Where the exports are on data.gouv.fr; null where they are not. */
export async function loadDatagouv(context: Context): Promise<DatagouvVu | null> {
  const etat = await loadDatagouvEtat(context);
  return etat?.page && etat.publie_jour ? { page: etat.page, jour: etat.publie_jour } : null;
}

/** How the publication goes; null where the settings want none. */
export async function loadDatagouvEtat({ dbRead, settings }: Context): Promise<DatagouvEtatVu | null> {
  const { datagouv } = settings;
  if (datagouv === null) return null;
  const known = await findPublicationDatagouv(dbRead, cibleOf(datagouv));
  return {
    page: known?.jeu_id ? `${datagouv.url}/datasets/${known.jeu_id}/` : null,
    publie_jour: known?.publie_jour ?? null,
    publie_le: known?.publie_le ?? null,
    erreur: known?.erreur ?? null,
    erreur_le: known?.erreur_le ?? null,
    reprise_le: known?.reprise_le ?? null,
  };
}
