import { getFormProps, useForm } from '@conform-to/react';
import { Form } from '@remix-run/react';
import type { z } from 'zod';
import {
  DELAIS_MIN,
  DUREES,
  type fermetureSchema,
  type ouvertureSchema,
  type plageSchema,
  type prestationSchema,
  type ressourceSchema,
} from '#app/domain/creneaux/agenda-schema.ts';
import type { WeeklyHours } from '#app/domain/creneaux/from-week.ts';
import { MODALITE_LABELS, MODALITES } from '#app/domain/creneaux/modalites.ts';
import { SERVICES } from '#app/domain/vocabulaires.ts';
import type { AgendaAnswer } from '#app/http/agenda.server.ts';
import { Button } from './button.tsx';
import { CheckboxGroup, type FormField, RadioGroup, SelectField, TextareaField, TextField } from './fields.tsx';
import { formatDuration, formatMinutes } from './format.ts';
import { ErrorSummary, errorsOf } from './notice.tsx';

const JOURS = ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'] as const;

interface Named {
  id: number;
  nom: string;
}

/** Who, for what, when: all that a lieu needs to begin. */
export function OuvertureForm({
  horaires,
  answer,
}: {
  horaires: readonly WeeklyHours[];
  answer: AgendaAnswer | undefined;
}) {
  const fromLieu = horaires.length > 0;
  const [form, fields] = useForm<z.input<typeof ouvertureSchema>>({
    id: 'ouvrir',
    lastResult: resultOf(answer, 'ouvrir'),
    defaultValue: {
      horaires: fromLieu ? 'lieu' : 'choisis',
      duree: '45',
      delai_min: '120',
      modalites: ['sur_place'],
      tampon: '0',
    },
  });
  return (
    <Form method="post" className="form" {...getFormProps(form)}>
      <ErrorSummary
        errors={errorsOf([
          fields.ressource,
          ...prestationFields(fields),
          fields.horaires,
          fields.jours,
          fields.debut,
          fields.fin,
        ])}
      />
      <TextField
        field={fields.ressource}
        label="Qui reçoit ?"
        help="Une personne ou un bureau. Exemple : Samira."
        autoComplete="off"
      />
      <PrestationFields fields={fields} />
      <RadioGroup
        field={fields.horaires}
        label="Quand ?"
        options={[
          ...(fromLieu
            ? [{ value: 'lieu', label: 'Aux horaires du lieu', help: horaires.map(describeHours).join(' ; ') }]
            : []),
          { value: 'choisis', label: 'Aux jours et heures que je choisis ci-dessous' },
        ]}
      />
      <HoursFields fields={fields} />
      <div className="form-actions">
        <Button name="intent" value="ouvrir">
          Ouvrir les rendez-vous
        </Button>
      </div>
    </Form>
  );
}

/** One more person or desk. */
export function RessourceForm({ answer }: { answer: AgendaAnswer | undefined }) {
  const [form, fields] = useForm<z.input<typeof ressourceSchema>>({
    id: 'ressource',
    lastResult: resultOf(answer, 'ressource'),
  });
  const { ressource } = fields;
  return (
    <Form method="post" className="form" {...getFormProps(form)}>
      <TextField
        field={ressource}
        label="Qui reçoit ?"
        help="Une personne ou un bureau. Exemple : Samira."
        autoComplete="off"
      />
      <div className="form-actions">
        <Button look="secondary" name="intent" value="ressource">
          Ajouter
        </Button>
      </div>
    </Form>
  );
}

/** One more kind of help. */
export function PrestationForm({
  ressources,
  answer,
}: {
  ressources: readonly Named[];
  answer: AgendaAnswer | undefined;
}) {
  const [form, fields] = useForm<z.input<typeof prestationSchema>>({
    id: 'prestation',
    lastResult: resultOf(answer, 'prestation'),
    defaultValue: {
      duree: '45',
      delai_min: '120',
      modalites: ['sur_place'],
      tampon: '0',
      ressources: ressources.map(({ id }) => String(id)),
    },
  });
  return (
    <Form method="post" className="form" {...getFormProps(form)}>
      <ErrorSummary errors={errorsOf([...prestationFields(fields), fields.ressources])} />
      <PrestationFields fields={fields} />
      <CheckboxGroup field={fields.ressources} label="Avec qui ?" options={optionsOf(ressources)} />
      <div className="form-actions">
        <Button look="secondary" name="intent" value="prestation">
          Ajouter ce type d’aide
        </Button>
      </div>
    </Form>
  );
}

/** More hours for someone. */
export function PlageForm({
  ressources,
  prestations,
  today,
  answer,
}: {
  ressources: readonly Named[];
  prestations: readonly Named[];
  today: string;
  answer: AgendaAnswer | undefined;
}) {
  const [form, fields] = useForm<z.input<typeof plageSchema>>({
    id: 'plage',
    lastResult: resultOf(answer, 'plage'),
    defaultValue: { prestations: prestations.map(({ id }) => String(id)), toutes_les: '1', valide_du: today },
  });
  return (
    <Form method="post" className="form" {...getFormProps(form)}>
      <ErrorSummary
        errors={errorsOf([
          fields.ressource_id,
          fields.prestations,
          fields.jours,
          fields.debut,
          fields.fin,
          fields.toutes_les,
          fields.valide_du,
          fields.valide_au,
        ])}
      />
      <SelectField field={fields.ressource_id} label="Qui reçoit ?" options={optionsOf(ressources)} />
      <CheckboxGroup field={fields.prestations} label="Pour quoi ?" options={optionsOf(prestations)} />
      <HoursFields fields={fields} />
      <SelectField
        field={fields.toutes_les}
        label="À quel rythme ?"
        options={[
          { value: '1', label: 'Chaque semaine' },
          { value: '2', label: 'Une semaine sur deux' },
          { value: '3', label: 'Une semaine sur trois' },
          { value: '4', label: 'Une semaine sur quatre' },
        ]}
      />
      <TextField field={fields.valide_du} type="date" short label="À partir du" />
      <TextField
        field={fields.valide_au}
        type="date"
        short
        optional
        label="Jusqu’au"
        help="Ce jour compris. Vide : sans fin prévue."
      />
      <div className="form-actions">
        <Button look="secondary" name="intent" value="plage">
          Ajouter ces horaires
        </Button>
      </div>
    </Form>
  );
}

/** Days on which nobody, or someone, does not receive. */
export function FermetureForm({
  ressources,
  answer,
}: {
  ressources: readonly Named[];
  answer: AgendaAnswer | undefined;
}) {
  const [form, fields] = useForm<z.input<typeof fermetureSchema>>({
    id: 'fermeture',
    lastResult: resultOf(answer, 'fermeture'),
  });
  return (
    <Form method="post" className="form" {...getFormProps(form)}>
      <ErrorSummary errors={errorsOf([fields.ressource_id, fields.du, fields.au, fields.motif])} />
      <SelectField field={fields.ressource_id} label="Qui ?" empty="Tout le lieu" options={optionsOf(ressources)} />
      <TextField field={fields.du} type="date" short label="Premier jour" />
      <TextField field={fields.au} type="date" short label="Dernier jour" help="Ce jour compris." />
      <TextField field={fields.motif} optional label="Pourquoi" help="Pour vous seul : le public ne le voit pas." />
      <div className="form-actions">
        <Button look="secondary" name="intent" value="fermeture">
          Ajouter
        </Button>
      </div>
    </Form>
  );
}

/** `lundi, mardi et jeudi de 9 h à 12 h`. */
export function describeHours({ jours, debut, fin }: WeeklyHours): string {
  const names = [...jours].sort().map((jour) => JOURS[jour - 1]);
  const days = names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} et ${names.at(-1)}`;
  return `${days} de ${formatMinutes(debut)} à ${formatMinutes(fin)}`;
}

type PrestationField = 'prestation' | 'service' | 'duree' | 'tampon' | 'modalites' | 'delai_min' | 'consignes';

/** conform's fields answer by name only: they cannot be listed. */
function prestationFields(fields: Record<PrestationField, FormField>): FormField[] {
  const { prestation, service, duree, tampon, modalites, delai_min, consignes } = fields;
  return [prestation, service, duree, tampon, modalites, delai_min, consignes];
}

function PrestationFields({ fields }: { fields: Record<PrestationField, FormField> }) {
  return (
    <>
      <TextField
        field={fields.prestation}
        label="Pour quoi vient-on ?"
        help="Ce que le public lira. Exemple : Aide pour une démarche en ligne."
        autoComplete="off"
      />
      <SelectField
        field={fields.service}
        optional
        empty="Aucun en particulier"
        label="Service de la fiche"
        options={SERVICES}
      />
      <SelectField
        field={fields.duree}
        label="Combien de temps ?"
        options={DUREES.map((minutes) => ({ value: String(minutes), label: formatDuration(minutes) }))}
      />
      <SelectField
        field={fields.tampon}
        label="Temps libre après chaque rendez-vous"
        options={[0, 5, 10, 15, 30].map((minutes) => ({
          value: String(minutes),
          label: minutes === 0 ? 'Aucun' : formatDuration(minutes),
        }))}
      />
      <CheckboxGroup
        field={fields.modalites}
        label="Comment ?"
        options={MODALITES.map((value) => ({ value, label: MODALITE_LABELS[value] }))}
      />
      <SelectField
        field={fields.delai_min}
        label="Jusqu’à quand peut-on réserver ?"
        options={DELAIS_MIN.map(({ value, label }) => ({ value: String(value), label }))}
      />
      <TextareaField
        field={fields.consignes}
        optional
        rows={3}
        label="Ce qu’il faut savoir ou apporter"
        help="Exemple : apportez une pièce d’identité et votre téléphone."
      />
    </>
  );
}

function HoursFields({ fields }: { fields: Record<'jours' | 'debut' | 'fin', FormField> }) {
  return (
    <>
      <CheckboxGroup
        field={fields.jours}
        label="Les jours"
        columns
        options={JOURS.map((label, index) => ({ value: String(index + 1), label }))}
      />
      <div className="cluster">
        <TextField field={fields.debut} type="time" short label="De" />
        <TextField field={fields.fin} type="time" short label="À" />
      </div>
    </>
  );
}

function optionsOf(things: readonly Named[]) {
  return things.map(({ id, nom }) => ({ value: String(id), label: nom }));
}

function resultOf(answer: AgendaAnswer | undefined, intent: string) {
  return answer?.intent === intent ? answer.result : undefined;
}
