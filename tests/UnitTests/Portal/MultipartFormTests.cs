using System.Text;
using Microsoft.AspNetCore.Http;
using OpenGov.Portal.Forms;

namespace OpenGov.UnitTests.Portal;

public sealed class MultipartFormTests
{
    private const string Boundary = "----a-boundary";

    [Fact]
    public async Task Texts_and_file_arrive_in_whatever_order()
    {
        var form = new FormState();
        var files = new List<(string Name, string Content)>();
        var understood = await ReadAsync(form, Text("explanation", "Se hizo") + File("file", "informe.pdf", "contenido") + Text("status", "COMPLETED"), files);
        understood.ShouldBeTrue();
        form.Value("explanation").ShouldBe("Se hizo");
        form.Value("status").ShouldBe("COMPLETED");
        files.ShouldBe([("informe.pdf", "contenido")]);
    }

    [Fact]
    public async Task A_file_input_in_which_nothing_was_chosen_is_no_file()
    {
        var files = new List<(string, string)>();
        (await ReadAsync(new FormState(), File("file", "", ""), files)).ShouldBeTrue();
        files.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_folder_in_a_file_name_is_left_out()
    {
        var files = new List<(string Name, string Content)>();
        await ReadAsync(new FormState(), File("file", @"C:\Users\x\informe.pdf", "a"), files);
        files.ShouldHaveSingleItem().Name.ShouldBe("informe.pdf");
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_refused() =>
        (await ReadRawAsync(new FormState(), Encoding.UTF8.GetBytes(Text("status", "COMPLETED") + $"--{Boundary}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhalf"), _ => Task.CompletedTask)).ShouldBeFalse();

    [Fact]
    public async Task A_text_that_is_far_too_long_is_refused() =>
        (await ReadAsync(new FormState(), Text("explanation", new string('x', 70 * 1024)), [])).ShouldBeFalse();

    [Fact]
    public async Task A_file_beyond_the_limit_is_cut_off_and_told()
    {
        await using var file = new LimitedStream(new MemoryStream(new byte[1000]), limit: 999);
        await Should.ThrowAsync<IOException>(() => file.CopyToAsync(Stream.Null));
        file.Exceeded.ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_of_exactly_the_limit_passes()
    {
        await using var file = new LimitedStream(new MemoryStream(new byte[1000]), limit: 1000);
        await file.CopyToAsync(Stream.Null);
        file.Exceeded.ShouldBeFalse();
    }

    private static Task<bool> ReadAsync(FormState form, string parts, List<(string Name, string Content)> files) =>
        ReadRawAsync(form, Encoding.UTF8.GetBytes(parts + $"--{Boundary}--\r\n"), async file =>
        {
            using var reader = new StreamReader(file.Content);
            files.Add((file.FileName, await reader.ReadToEndAsync()));
        });

    private static async Task<bool> ReadRawAsync(FormState form, byte[] body, Func<FilePart, Task> onFile)
    {
        var http = new DefaultHttpContext();
        http.Request.ContentType = $"multipart/form-data; boundary={Boundary}";
        http.Request.Body = new MemoryStream(body);
        return await MultipartForm.ReadAsync(http.Request, form, long.MaxValue, onFile);
    }

    private static string Text(string name, string value) => $"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n";

    private static string File(string name, string fileName, string content) =>
        $"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{fileName}\"\r\nContent-Type: application/pdf\r\n\r\n{content}\r\n";
}
