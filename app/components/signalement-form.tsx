import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react';
import { parseWithZod } from '@conform-to/zod/v4';
import { Form, Link } from '@remix-run/react';
import { MOTIF_LABELS, MOTIFS, signalementSchema } from '#app/domain/signalement.ts';
import { Button } from './button.tsx';
import { RadioGroup, TextareaField, TextField } from './fields.tsx';
import { ErrorSummary, errorsOf, PatienceNotice } from './notice.tsx';

/** What is wrong with a fiche, said in three fields of which one counts. */
export function SignalementForm({
  cle,
  answer,
}: {
  cle: string;
  answer: { result: SubmissionResult; refus: string | null } | undefined;
}) {
  const [form, fields] = useForm({
    lastResult: answer?.result,
    onValidate: ({ formData }) => parseWithZod(formData, { schema: signalementSchema }),
    shouldValidate: 'onSubmit',
    shouldRevalidate: 'onInput',
  });
  const { motif, message, courriel } = fields;
  return (
    <Form method="post" className="form" {...getFormProps(form)}>
      <ErrorSummary errors={errorsOf([motif, message, courriel])} />
      {answer?.refus ? <PatienceNotice phrase={answer.refus} /> : null}
      <input type="hidden" name="cle" value={cle} />
      <RadioGroup
        field={motif}
        label="Qu’est-ce qui est faux ?"
        options={MOTIFS.map((value) => ({ value, label: MOTIF_LABELS[value] }))}
      />
      <TextareaField
        field={message}
        optional={!message.errors?.length}
        rows={4}
        label="Ce que vous avez constaté"
        help="Par exemple : l’affiche sur la porte dit « fermé le mercredi ». N’écrivez rien de personnel. Nécessaire seulement avec « Autre chose »."
      />
      <TextField
        field={courriel}
        optional
        type="email"
        label="Votre adresse de courriel"
        help="Seulement si vous voulez une réponse."
        autoComplete="email"
        inputMode="email"
        input={{ spellCheck: false, autoCapitalize: 'none' }}
      />
      <p className="muted small">
        Votre adresse sert à vous répondre, à rien d’autre, et le lieu ne la voit pas.{' '}
        <Link to="/donnees-personnelles">En savoir plus</Link>
      </p>
      <div className="form-actions">
        <Button large>Envoyer le signalement</Button>
      </div>
    </Form>
  );
}
