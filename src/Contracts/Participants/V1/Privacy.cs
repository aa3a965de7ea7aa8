namespace OpenGov.Contracts.Participants.V1;

/// <summary>A version of the privacy notice; its text is public at Participants and in the portal.</summary>
/// <param name="Number">1, 2, 3 …, as people cite it.</param>
/// <param name="InForceFrom">It may lie ahead: a change is announced.</param>
public sealed record PrivacyNoticePublishedV1(Guid AggregateId, int AggregateVersion, int Number, DateTimeOffset InForceFrom) : IIntegrationEvent;

/// <summary>
/// An account has another address. What is followed with the former one follows the account: a person has one address at a time, under which all that is theirs
/// is found. It names no account, so that an erasure which is ordered before every service has applied it leaves it readable; it is gone from the log with that
/// erasure's last confirmation.
/// </summary>
/// <param name="AggregateId">The change.</param>
/// <param name="FormerHash">As <see cref="PersonAddressErasedV1.AddressHash"/>.</param>
/// <param name="Sealed">Base64 of the new address, sealed with a key that the instance's processes derive.</param>
[PersonalDataEvent]
public sealed record AccountAddressChangedV1(Guid AggregateId, int AggregateVersion, string FormerHash, string Sealed) : IIntegrationEvent;

/// <summary>
/// A person's data are erased (INV-52): every service forgets what it keeps of the person, and confirms by a fact of its own. Ids
/// only; votes, resolutions and institutional membership stay, under the id.
/// </summary>
/// <param name="AggregateId">The erasure.</param>
public sealed record PersonErasedV1(Guid AggregateId, int AggregateVersion, Guid PersonId) : IIntegrationEvent;

/// <summary>
/// The same for an address that was given without an account: told just before <see cref="PersonErasedV1"/>, and gone from the log
/// once every service has confirmed.
/// </summary>
/// <param name="AddressHash">Base64 of the hash, keyed with the instance's secret, under which Notifications finds an address.</param>
[PersonalDataEvent]
public sealed record PersonAddressErasedV1(Guid AggregateId, int AggregateVersion, string AddressHash) : IIntegrationEvent;
