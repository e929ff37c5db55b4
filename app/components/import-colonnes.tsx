import { Form } from '@remix-run/react';
import { FIELDS } from '#app/domain/standard.ts';
import type { Proposition } from '#app/domain/tableau/proposition.ts';
import type { ColonnesDraft, ColonnesErrors } from '#app/http/imports.server.ts';
import { Button } from './button.tsx';
import { plainField, SelectField, TextField } from './fields.tsx';
import { ErrorSummary } from './notice.tsx';

const OPTIONS = FIELDS.map(({ name, label }) => ({ value: name, label: `${label} (${name})` }));

const RAISONS = {
  choix: 'comme la dernière fois',
  standard: 'même nom que dans le standard',
  nom: 'proposé d’après son nom',
  contenu: 'proposé d’après ce qu’elle contient',
} as const;

interface Props {
  colonnes: readonly Proposition[];
  source: string | null;
  draft: ColonnesDraft | null;
  errors: ColonnesErrors;
}

/** Asks what each column gives, with what it seems to be and what it holds. */
export function ColonnesForm({ colonnes, source, draft, errors }: Props) {
  const summary = Object.entries(errors).map(([name, message]) => ({
    id: name === 'colonnes' ? 'champ-colonne.0' : `champ-${name}`,
    message,
  }));
  const of = (name: string, value: string | undefined) =>
    plainField(name, { value, errors: errors[name] ? [errors[name]] : undefined });
  // Two columns may have one name: their place tells them apart.
  const rows = colonnes.map(({ colonne, champ, raison, exemples }, index) => ({
    ...{ colonne, champ, raison, exemples, index },
  }));
  return (
    <Form method="post" className="form" noValidate>
      <ErrorSummary errors={summary} />
      <p>
        Vérifiez ce que donne chaque colonne. Le choix est gardé : le prochain fichier qui a les mêmes colonnes sera lu
        de la même façon.
      </p>
      <TextField
        field={of('source', draft?.source ?? source ?? '')}
        label="D’où viennent ces lieux"
        help="Toujours le même nom d’un mois à l’autre. Exemple : Hub des Landes."
        autoComplete="off"
      />
      <ul className="plain-list import-columns">
        {rows.map(({ colonne, champ, raison, exemples, index }) => (
          <li key={index}>
            <SelectField
              field={of(`colonne.${index}`, draft?.choix[index]?.[1] ?? champ ?? '')}
              label={colonne.trim() === '' ? `Colonne ${index + 1} (sans titre)` : `« ${colonne.trim()} »`}
              help={
                <>
                  {raison ? `${RAISONS[raison]}. ` : ''}
                  {exemples.length > 0
                    ? `Par exemple : ${exemples.map(short).join(' · ')}`
                    : 'Vide dans les premières lignes.'}
                </>
              }
              options={OPTIONS}
              empty="Ne pas lire cette colonne"
            />
          </li>
        ))}
      </ul>
      <Button name="intent" value="valider">
        Essayer avec ces colonnes
      </Button>
    </Form>
  );
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
