import type { CorrectionContext } from '#app/domain/correction/ligne.ts';
import { type ListeCode, listeOf } from '#app/domain/labels-verifies.ts';
import { absentesOfListe, choixOfListe, type LigneOfficielle, readLigne } from '#app/domain/listes-officielles.ts';
import type { FieldName } from '#app/domain/standard.ts';
import { FichierIllisible } from './fichier-illisible.ts';
import { readTableau, type Source } from './lecture.ts';

export interface ListeLue {
  /** Each with an identifier of its own. */
  lignes: LigneOfficielle[];
  /** How many rows say neither who nor where. */
  ecartees: number;
}

/** Above this share of rows that say nothing, it is another file, or a broken one. */
const ECARTEES = 0.2;

/**
 * Reads an official list (CSV, JSON or XLSX), as it is published or as it was in older files.
 * @throws {FichierIllisible} where it is no such list
 */
export async function readListe(code: ListeCode, source: Source, context: CorrectionContext): Promise<ListeLue> {
  const { colonnes, lignes: rows } = await readTableau(source, choixOfListe(code)).catch((error) => {
    throw error instanceof FichierIllisible && error.absents.length > 0 ? otherListe(code, error.absents) : error;
  });
  const absentes = absentesOfListe(code, colonnes.missing);
  if (absentes.length > 0) {
    await rows.return(undefined);
    throw otherListe(code, colonnes.missing);
  }
  const lignes = new Map<string, LigneOfficielle>();
  const repeated = new Map<string, number>();
  let ecartees = 0;
  for await (const { texts, anomalie } of rows) {
    const ligne = anomalie?.verdict === 'refuse' ? null : readLigne(texts, context);
    if (ligne === null) ecartees += 1;
    else lignes.set(freeId(ligne.id, lignes, repeated), ligne);
  }
  const total = lignes.size + ecartees;
  if (total === 0) throw new FichierIllisible('Elle n’a aucune ligne.');
  if (ecartees > total * ECARTEES) {
    throw new FichierIllisible(`${ecartees} de ses ${total} lignes n’ont pas de nom, d’identifiant ou de lieu.`);
  }
  return { lignes: [...lignes].map(([id, ligne]) => ({ ...ligne, id })), ecartees };
}

function otherListe(code: ListeCode, missing: readonly FieldName[]): FichierIllisible {
  const absentes = absentesOfListe(code, missing);
  const columns = `${absentes.length === 1 ? 'la colonne' : 'les colonnes'} ${absentes.join(', ')}`;
  return new FichierIllisible(`Ce n’est pas la liste ${listeOf(code).nom} : il lui manque ${columns}.`);
}

/** Two rows of one identifier are two rows. `repeated` holds how far each identifier has been numbered. */
function freeId(id: string, taken: ReadonlyMap<string, unknown>, repeated: Map<string, number>): string {
  if (!taken.has(id)) return id;
  let n = repeated.get(id) ?? 1;
  do n += 1;
  while (taken.has(`${id} (${n})`));
  repeated.set(id, n);
  return `${id} (${n})`;
}
