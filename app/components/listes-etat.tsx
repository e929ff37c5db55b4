import { Form } from '@remix-run/react';
import { Button } from './button.tsx';
import { DateText } from './date-text.tsx';
import { formatCount, formatDate } from './format.ts';
import { Notice } from './notice.tsx';

export interface ListeVue {
  code: string;
  nom: string;
  date: string | null;
  lignes: number | null;
  regardee_le: Date | string;
  refus: string | null;
  /** A refused file that one may take all the same; null where there is none, or for who may not. */
  aPrendre: string | null;
  /** It will be taken within minutes. */
  acceptee: boolean;
}

/** The official lists: the day and size of each, when it was last looked at, and why a newer file was not taken. */
export function ListesEtat({ listes }: { listes: readonly ListeVue[] }) {
  return (
    <section aria-labelledby="listes">
      <h2 id="listes">Listes officielles</h2>
      {listes.length === 0 ? (
        <p>Aucune liste n’est lue pour le moment : les labels sont déclarés par les structures.</p>
      ) : (
        <ul className="plain-list stack">
          {listes.map((liste) => (
            <li key={liste.code}>
              <p>
                <strong>Liste {liste.nom}</strong>
                {liste.date === null || liste.lignes === null
                  ? ' : aucune n’a encore pu être prise'
                  : ` du ${formatDate(liste.date)}, ${formatCount(liste.lignes, 'ligne', 'lignes')}`}
                <br />
                <span className="muted small">
                  Regardée le <DateText value={liste.regardee_le} time />
                </span>
              </p>
              {liste.refus === null ? null : <Refus liste={liste} />}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Refus({ liste: { code, nom, refus, aPrendre, acceptee } }: { liste: ListeVue }) {
  return (
    <Notice kind="warning" title="La dernière version n’est pas prise">
      <p>Ce qui a été vu : {refus}.</p>
      {acceptee ? <p>Elle va être prise dans les minutes qui viennent.</p> : null}
      {aPrendre === null ? null : (
        <Form method="post" action="/moderation/taches">
          <input type="hidden" name="intent" value="prendre" />
          <input type="hidden" name="liste" value={code} />
          <input type="hidden" name="sha256" value={aPrendre} />
          <Button look="secondary">
            La prendre quand même<span className="visually-hidden"> (liste {nom})</span>
          </Button>
        </Form>
      )}
    </Notice>
  );
}
