import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react';
import { parseWithZod } from '@conform-to/zod/v4';
import { Form, Link } from '@remix-run/react';
import { bookingSchema } from '#app/domain/creneaux/booking-schema.ts';
import { MODALITE_LABELS } from '#app/domain/creneaux/modalites.ts';
import type { BookingRefusal, BookingWriteStep } from '#app/http/booking-page.server.ts';
import { bookingPath } from '#app/http/rendez-vous-path.ts';
import { formatSpan } from './booking-choices.tsx';
import { Button } from './button.tsx';
import { HeureDuLieu } from './creneaux.tsx';
import { plainField, RadioGroup, TextareaField, TextField } from './fields.tsx';
import { formatCount, formatDay, formatInstant } from './format.ts';
import { DefinitionList } from './layout.tsx';
import { ErrorSummary, errorsOf, Notice, PatienceNotice } from './notice.tsx';

export interface BookingAnswer {
  result: SubmissionResult;
  refus: BookingRefusal | null;
}

/** Who comes, for the start that was chosen. Where it was taken meanwhile, the nearest ones, and nothing typed is lost. */
export function BookingForm({ loaded, answer }: { loaded: BookingWriteStep; answer: BookingAnswer | undefined }) {
  const { lieu, choix, cle } = loaded;
  const { prestation, fuseau } = choix;
  const [form, fields] = useForm({
    lastResult: answer?.result,
    defaultValue: { modalite: choix.modalites[0] },
    onValidate: ({ formData }) => parseWithZod(formData, { schema: bookingSchema }),
    shouldValidate: 'onSubmit',
    shouldRevalidate: 'onInput',
  });
  const { nom, courriel, note, modalite, debut } = fields;
  const refus = answer?.refus ?? null;
  return (
    <Form method="post" className="form" {...getFormProps(form)}>
      <ErrorSummary errors={errorsOf([debut, modalite, nom, courriel, note])} />
      {refus?.motif === 'trop' || refus?.motif === 'occupe' ? <PatienceNotice phrase={refus.phrase} /> : null}
      {refus?.motif === 'limite' ? <LimitNotice max={refus.max} telephone={lieu.telephone !== null} /> : null}
      <section className="card" aria-labelledby="choix">
        <h2 id="choix">Votre rendez-vous</h2>
        <DefinitionList
          items={[
            ['Pour quoi', prestation.nom],
            [
              'Quand',
              choix.libre ? `${formatDay(choix.debut, fuseau)}, ${formatSpan(choix.debut, choix.fin, fuseau)}` : null,
            ],
            ['À savoir', prestation.consignes],
          ]}
        />
        <HeureDuLieu fuseau={fuseau} />
        <p>
          <Link to={bookingPath({ lieu: lieu.id, prestation: prestation.id })}>Choisir un autre moment</Link>
        </p>
      </section>
      {choix.libre ? (
        <input type="hidden" name="debut" value={choix.debut.toISOString()} />
      ) : (
        <TakenChoices pris={refus?.motif === 'pris'} choix={choix} field={debut} />
      )}
      <input type="hidden" name="lieu" value={lieu.id} />
      <input type="hidden" name="prestation" value={prestation.id} />
      <input type="hidden" name="cle" value={cle} />
      {choix.modalites.length > 1 ? (
        <RadioGroup
          field={modalite}
          label="Comment ?"
          options={choix.modalites.map((value) => ({ value, label: MODALITE_LABELS[value] }))}
        />
      ) : (
        <input type="hidden" name="modalite" value={choix.modalites[0]} />
      )}
      <TextField field={nom} label="Votre nom" help="Pour que l’on sache qui vient." autoComplete="name" />
      <TextField
        field={courriel}
        type="email"
        label="Votre adresse de courriel"
        help="Elle reçoit la confirmation, avec un lien pour annuler."
        autoComplete="email"
        inputMode="email"
        input={{ spellCheck: false, autoCapitalize: 'none' }}
      />
      <TextareaField
        field={note}
        optional
        rows={3}
        label="Un mot pour le lieu"
        help="Par exemple : je viens avec ma tablette. N’écrivez ni mot de passe ni numéro de carte."
      />
      <div className="visually-hidden" aria-hidden="true">
        <label htmlFor="champ-site">Ne remplissez pas cette case</label>
        <input id="champ-site" name="site" type="text" tabIndex={-1} autoComplete="off" />
      </div>
      <p className="muted small">
        Votre nom, votre adresse et votre mot sont transmis au lieu pour ce rendez-vous, à personne d’autre.{' '}
        <Link to="/donnees-personnelles">En savoir plus</Link>
      </p>
      <div className="form-actions">
        <Button large>Réserver ce rendez-vous</Button>
      </div>
    </Form>
  );
}

function TakenChoices({
  pris,
  choix,
  field,
}: {
  pris: boolean;
  choix: BookingWriteStep['choix'];
  field: Parameters<typeof RadioGroup>[0]['field'];
}) {
  const options = choix.proches.map(({ debut }) => ({
    value: debut.toISOString(),
    label: formatInstant(debut, choix.fuseau),
  }));
  const chosen = options.find(({ value }) => value === field.defaultValue) ?? options[0];
  const title = pris ? 'Quelqu’un vient de prendre ce moment' : 'Ce moment n’est plus libre';
  return chosen === undefined ? (
    <Notice kind="warning" live title={title}>
      <p>Il n’y a rien d’autre de libre pour l’instant. Ce que vous avez écrit reste sur cette page.</p>
    </Notice>
  ) : (
    <>
      <Notice kind="warning" live title={title}>
        <p>Ce que vous avez écrit est gardé. Choisissez parmi les moments libres les plus proches, puis réservez.</p>
      </Notice>
      <RadioGroup
        field={plainField('debut', { id: field.id, value: chosen.value, errors: field.errors })}
        label="Un autre moment"
        options={options}
      />
    </>
  );
}

function LimitNotice({ max, telephone }: { max: number; telephone: boolean }) {
  return (
    <Notice kind="warning" live title="Vous avez déjà des rendez-vous ici">
      <p>
        Cette adresse a {formatCount(max, 'rendez-vous', 'rendez-vous')} à venir dans ce lieu : c’est le plus qu’il
        accepte. Annulez-en un depuis le message reçu{telephone ? ', ou appelez le lieu' : ''}.
      </p>
    </Notice>
  );
}
