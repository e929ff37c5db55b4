import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react';
import { parseWithZod } from '@conform-to/zod/v4';
import { Form } from '@remix-run/react';
import { formatRythme, JOURS, sourceSchema } from '#app/domain/sources.ts';
import { Button } from './button.tsx';
import { RadioGroup, SelectField, TextField } from './fields.tsx';
import { ErrorSummary, errorsOf } from './notice.tsx';

const RYTHMES = [
  { value: 'nuit', label: 'Chaque nuit' },
  ...JOURS.map((_, index) => {
    const words = formatRythme(index + 1);
    return { value: String(index + 1), label: words.charAt(0).toUpperCase() + words.slice(1) };
  }),
];

interface Props {
  values: { url: string; nom: string; rythme: string; contenu: string; prevenir: string };
  profils: { value: string; label: string }[];
  result: SubmissionResult<string[]> | null;
  /** A new source, or one that is changed. */
  nouvelle: boolean;
}

/** What there is to say of a file that is read by itself. */
export function SourceForm({ values, profils, result, nouvelle }: Props) {
  const [form, fields] = useForm({
    lastResult: result,
    defaultValue: { ...values, profil: '' },
    onValidate: ({ formData }) => parseWithZod(formData, { schema: sourceSchema }),
    shouldValidate: 'onSubmit',
    shouldRevalidate: 'onInput',
  });
  const { url, nom, rythme, contenu, prevenir, profil } = fields;
  return (
    <Form method="post" className="form" {...getFormProps(form)}>
      <ErrorSummary errors={errorsOf([url, nom, rythme, contenu, prevenir])} />
      <TextField
        field={url}
        label="Adresse du fichier"
        help="Un fichier CSV, JSON ou XLSX que tout le monde peut lire, 200 Mo au plus. Exemple : https://hub.exemple.fr/lieux.csv."
        type="url"
        autoComplete="off"
        input={{ spellCheck: false, autoCapitalize: 'none' }}
      />
      <TextField
        field={nom}
        label="D’où viennent ces lieux"
        help="Si vous avez déjà importé ce fichier, donnez le même nom qu’alors : c’est ainsi que les lieux sont retrouvés. Exemple : Hub des Landes."
        autoComplete="off"
      />
      <SelectField field={rythme} label="Quand le lire" options={RYTHMES} />
      <RadioGroup
        field={contenu}
        label="Ce que contient le fichier"
        options={[
          {
            value: 'complet',
            label: 'Tous les lieux de cette source',
            help: 'Ceux que le fichier n’a plus sont signalés aux personnes qui relisent, jamais effacés.',
          },
          { value: 'partiel', label: 'Une partie seulement de ces lieux' },
        ]}
      />
      {profils.length > 0 ? (
        <SelectField
          field={profil}
          label="Ce que donnent ses colonnes"
          help="Vous l’avez déjà dit pour d’autres fichiers : choisissez celui qui a les mêmes colonnes."
          options={profils}
          empty={nouvelle ? 'Les reconnaître, et me demander au besoin' : 'Garder ce qui est connu'}
        />
      ) : null}
      <TextField
        field={prevenir}
        label="Qui prévenir aussi par courriel"
        optional
        help="Vous êtes prévenu quand le fichier ne peut plus être lu ou qu’il a beaucoup changé. Exemple : donnees@hub.exemple.fr."
        type="email"
        autoComplete="off"
        input={{ spellCheck: false, autoCapitalize: 'none' }}
      />
      {nouvelle ? null : (
        <p className="small">
          Si vous changez l’adresse, le nom ou les colonnes, un nouvel essai vous sera montré avant que quoi que ce soit
          s’applique.
        </p>
      )}
      <div className="form-actions">
        <Button>{nouvelle ? 'Continuer' : 'Enregistrer'}</Button>
      </div>
    </Form>
  );
}
