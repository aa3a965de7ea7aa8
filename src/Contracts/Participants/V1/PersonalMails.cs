namespace OpenGov.Contracts.Participants.V1;

/// <summary>
/// One mail to one person is to be sent. Address and text stand sealed inside (<see cref="PersonalMailContent"/>), under a key
/// that the instance's processes derive from their common secret: neither the log nor a queue shows an address or a link. The
/// payload is erased from the log after <paramref name="ExpiresAt"/>, and before it when the person's data are erased.
/// </summary>
/// <param name="AggregateId">The mail. It keeps this id through delivery, as its Message-ID too.</param>
/// <param name="SubjectId">The account or person it is for, by whom the payload is found when their data are erased.</param>
/// <param name="ExpiresAt">Not sent after this: its link would no longer work.</param>
/// <param name="Sealed">Base64.</param>
[PersonalDataEvent]
public sealed record PersonalMailRequestedV1(
    Guid AggregateId, int AggregateVersion, Guid SubjectId, DateTimeOffset ExpiresAt, string Sealed) : IIntegrationEvent;

/// <summary>What is sealed inside <see cref="PersonalMailRequestedV1"/>. Unknown kinds fail at delivery and show in its log.</summary>
/// <param name="Kind">One of <see cref="PersonalMailKinds"/>; names the texts <c>mail_personal_{kind}_subject</c>, <c>_intro</c>, <c>_link</c>, <c>_why</c>.</param>
/// <param name="Language">es or en.</param>
/// <param name="Path">Below the instance's public address, with its leading slash; null for a mail without a link.</param>
/// <param name="Values">Arguments {1}, {2} … of the texts; {0} is the instance's name.</param>
/// <param name="Quote">Words of a person (a reason, an answer), shown as a quotation.</param>
public sealed record PersonalMailContent(
    string Recipient, string Kind, string Language, string? Path = null, IReadOnlyList<string>? Values = null, string? Quote = null);

/// <summary>Mails to one person. A new kind is a constant here and its texts at Notifications, in both languages.</summary>
public static class PersonalMailKinds
{
    /// <summary>A person registered; the link confirms the address.</summary>
    public const string ConfirmAddress = "confirm_address";

    /// <summary>Somebody registered with an address that has an account.</summary>
    public const string AlreadyRegistered = "already_registered";

    public const string PasswordReset = "password_reset";

    /// <summary>Somebody asked to reset the password of an address without an account.</summary>
    public const string PasswordResetUnknown = "password_reset_unknown";

    public const string PasswordChanged = "password_changed";

    /// <summary>To the new address, with the link that makes it the account's.</summary>
    public const string ConfirmNewAddress = "confirm_new_address";

    /// <summary>To the old address, once the new one is the account's. {1}: the new one, masked.</summary>
    public const string AddressChanged = "address_changed";

    /// <summary>A second factor, a passkey or an API key was added or taken away. {1}: which.</summary>
    public const string SignInChanged = "sign_in_changed";

    /// <summary>The executive secretary accepted a registration.</summary>
    public const string RegistrationAccepted = "registration_accepted";

    /// <summary>The executive secretary refused a registration; the quotation is the reason.</summary>
    public const string RegistrationRefused = "registration_refused";

    /// <summary>A representative asks the person to represent the organisation too. {1}: its name.</summary>
    public const string RepresentativeInvited = "representative_invited";

    /// <summary>Another representative ended the person's mandate. {1}: the organisation's name.</summary>
    public const string RepresentativeEnded = "representative_ended";

    /// <summary>A request over personal data was received. {1}: its folio.</summary>
    public const string ArcoReceived = "arco_received";

    /// <summary>Something happened to the request: a warning, an extension, the answer. {1}: its folio.</summary>
    public const string ArcoNews = "arco_news";

    /// <summary>To staff: a term is about to end. {1}: the folio, {2}: the date.</summary>
    public const string ArcoDue = "arco_due";

    /// <summary>To staff: a term has ended and the act is missing. {1}: the folio, {2}: the date.</summary>
    public const string ArcoOverdue = "arco_overdue";

    /// <summary>To staff: terms run into a year of which the legal profile names no day without business. {1}: the year.</summary>
    public const string CalendarMissing = "calendar_missing";

    /// <summary>To staff: authority and people are to be told of a breach soon. {1}: until when, in the state's time.</summary>
    public const string BreachDue = "breach_due";

    /// <summary>To staff: the time to tell of a breach is over. {1}: since when, in the state's time.</summary>
    public const string BreachOverdue = "breach_overdue";

    /// <summary>To staff: registrations wait for a decision. {1}: how many.</summary>
    public const string RegistrationsWaiting = "registrations_waiting";

    /// <summary>To staff: terms of seat holders end and nobody follows. {1}: which, {2}: the day, {3}: the secretariat's name.</summary>
    public const string SeatTermsEnd = "seat_terms_end";

    /// <summary>To staff: seats are vacant. {1}: which, {2}: the secretariat's name.</summary>
    public const string SeatsVacant = "seats_vacant";

    /// <summary>To who sits in a secretariat or facilitates: a session was convened; the quotation is its agenda. {1}: the secretariat's name, {2}: which session, {3}: when, in the state's time, {4}: where.</summary>
    public const string SessionConvened = "session_convened";

    /// <summary>To the same: it will not be held; the quotation is the reason. Values as in <see cref="SessionConvened"/>.</summary>
    public const string SessionCancelled = "session_cancelled";

    /// <summary>A registration was withdrawn, by its person or by staff before whom they asked for it; the quotation is what staff wrote down.</summary>
    public const string RegistrationWithdrawn = "registration_withdrawn";

    /// <summary>The plan under which somebody registered closed long ago. {1}: the day until which signing in keeps the registration.</summary>
    public const string RegistrationEnding = "registration_ending";

    /// <summary>The same to who has no password: staff can keep the registration. {1}: until when.</summary>
    public const string RegistrationEndingAssisted = "registration_ending_assisted";

    /// <summary>To the executive secretary: registrations of people who cannot sign in end. {1}: how many, {2}: the day.</summary>
    public const string RegistrationsEnding = "registrations_ending";

    /// <summary>An account that nobody finished ends. {1}: the day until which a new invitation keeps it.</summary>
    public const string AccountUnfinishedEnding = "account_unfinished_ending";

    /// <summary>Somebody who never registered has held nothing and not signed in for long. {1}: the day until which signing in keeps the account.</summary>
    public const string AccountEnding = "account_ending";

    /// <summary>A new open call, to whom consented to be told of it. {1}: the call's title.</summary>
    public const string OtherCall = "other_call";

    /// <summary>An application to an open call was received. {1}: the call's title.</summary>
    public const string ApplicationReceived = "application_received";

    /// <summary>An application lacks something; the quotation says what. {1}: the call's title, {2}: the last day to complete it.</summary>
    public const string ApplicationPrevented = "application_prevented";

    /// <summary>An application was withdrawn, by who sent it or by staff before whom the person asked for it. {1}: the call's title.</summary>
    public const string ApplicationWithdrawn = "application_withdrawn";

    /// <summary>An application was accepted; the quotation is the reason, where one was given. {1}: the call's title.</summary>
    public const string ApplicationAccepted = "application_accepted";

    /// <summary>An application was refused; the quotation is the reason. {1}: the call's title.</summary>
    public const string ApplicationRefused = "application_refused";
}
