using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Passkeys;
using OpenGov.Participants.TwoFactor;

namespace OpenGov.Participants.Accounts;

/// <summary>
/// Identity's own EF store on our table. It never saves by itself: account, session, fact and audit entry are one
/// <c>SaveChanges</c>. Claims, logins and tokens of Identity have no tables here; who may do what are staff posts and mandates.
/// </summary>
internal sealed class AccountStore : UserOnlyStore<Account, ParticipantsDb, Guid>
{
    public AccountStore(ParticipantsDb database)
        : base(database) => AutoSaveChanges = false;

    // What the framework's ceremonies ask of passkeys, from our table. They are added, used and removed by our own handlers.
    public override async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Account user, CancellationToken cancellationToken) =>
        (await Context.Passkeys.AsNoTracking().Where(row => row.AccountId == user.Id).ToListAsync(cancellationToken)).ConvertAll(row => row.Describe());

    public override async Task<UserPasskeyInfo?> FindPasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        (await Context.Passkeys.AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == user.Id && row.CredentialId == credentialId, cancellationToken))?.Describe();

    public override Task<Account?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) => (
        from passkey in Context.Passkeys
        join account in Context.Accounts on passkey.AccountId equals account.Id
        where passkey.CredentialId == credentialId
        select account).SingleOrDefaultAsync(cancellationToken);

    public override Task AddOrUpdatePasskeyAsync(Account user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override Task RemovePasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) => throw new NotSupportedException();
}

internal static class AccountServices
{
    public static void AddAccounts(this IServiceCollection services)
    {
        // Before AddIdentityCore: it only adds its own validators where none are. Addresses are checked by EmailAddress.
        services.AddScoped<IPasswordValidator<Account>, PasswordRulesValidator>();
        services.AddScoped<IUserValidator<Account>, AddressValidator>();
        // OWASP's figure for PBKDF2-HMAC-SHA512 (the framework's default is 100,000). Older hashes are made anew at sign-in.
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 210_000);
        services.AddIdentityCore<Account>().AddUserStore<AccountStore>();
        services.AddScoped<Invitations>();
        services.AddScoped<AccountLinks>();
        services.AddScoped<PasswordProof>();
        services.AddScoped<SecondFactors>();
        services.AddScoped<SignInChanges>();
        services.AddSingleton<SecondStep>();
        services.AddScoped<PasskeyCeremonies>();
    }

    /// <summary>Unique addresses are held by the table; this turns the usual case into a reason.</summary>
    private sealed class AddressValidator : IUserValidator<Account>
    {
        public async Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user) =>
            await manager.FindByEmailAsync(user.Email!) is { } known && known.Id != user.Id
                ? IdentityResult.Failed(new IdentityError { Code = "email_taken" })
                : IdentityResult.Success;
    }
}
