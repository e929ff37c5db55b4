import { parseWithZod } from '@conform-to/zod/v4';
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { BookingChoices, BookingElsewhere } from '#app/components/booking-choices.tsx';
import { BookingForm } from '#app/components/booking-form.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { Breadcrumb } from '#app/components/layout.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { bookingSchema } from '#app/domain/creneaux/booking-schema.ts';
import { loadBooking, loadBookingForm, tryBooking } from '#app/http/booking-page.server.ts';
import rendezVousCss from '#app/styles/rendez-vous.css?url';

export const links = () => [{ rel: 'stylesheet', href: rendezVousCss }];

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [
  { title: pageTitle(loaded ? `Prendre rendez-vous, ${loaded.lieu.nom}` : 'Prendre rendez-vous') },
  { name: 'robots', content: 'noindex' },
];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const loaded = await loadBooking(context, new URL(request.url).searchParams);
  return data(loaded, { headers: { 'Cache-Control': 'private, no-store' } });
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { searchParams } = new URL(request.url);
  const submission = parseWithZod(await request.formData(), { schema: bookingSchema });
  if (submission.status !== 'success' || submission.value.site) {
    const page = await loadBookingForm(context, searchParams);
    return data({ result: submission.reply(), refus: null, page }, { status: 422 });
  }
  const tried = await tryBooking(context, submission.value);
  if ('jeton' in tried) return redirect(`/rendez-vous/${tried.jeton}?pris=1`);
  const { refus } = tried;
  const page = await loadBookingForm(context, searchParams);
  return data({ result: submission.reply(), refus, page }, { status: STATUS[refus.motif] });
}

const STATUS = { pris: 409, inconnu: 409, limite: 409, trop: 429, occupe: 503 } as const;

export default function Prendre() {
  const answer = useActionData<typeof action>();
  const asked = useLoaderData<typeof loader>();
  // The form stays, with what was typed, even if its moment is no longer free.
  const loaded = answer?.page ?? asked;
  const { lieu } = loaded;
  return (
    <>
      <Breadcrumb steps={[{ label: lieu.nom, to: lieu.path }]} />
      <PageHeader title="Prendre rendez-vous" lead={`${lieu.nom}${lieu.adresse ? `, ${lieu.adresse}` : ''}`} />
      {loaded.etape === 'ailleurs' ? <BookingElsewhere loaded={loaded} /> : null}
      {loaded.etape === 'choisir' ? <BookingChoices loaded={loaded} /> : null}
      {loaded.etape === 'ecrire' ? <BookingForm loaded={loaded} answer={answer} /> : null}
    </>
  );
}
